/** Counters as people read them: three neighbours or more become a range, so that twenty fit on a line. */

/** ["1", "2", "3", "7"] is ["1–3", "7"]. */
export function spansOf(codes: readonly string[]): string[] {
  const spans: string[][] = []
  for (const code of codes) {
    const last = spans[spans.length - 1]
    if (last && follows(last[last.length - 1]!, code)) last.push(code)
    else spans.push([code])
  }
  return ([] as string[]).concat(
    ...spans.map((span) => (span.length > 2 ? [`${span[0]}–${span[span.length - 1]}`] : span)),
  )
}

function follows(before: string, code: string): boolean {
  return /^\d+$/.test(before) && /^\d+$/.test(code) && Number(code) === Number(before) + 1
}
