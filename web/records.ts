/** An object of pairs of name and value; Object.fromEntries is younger than the oldest browser here (Chrome 69). */
export function fromEntries<T>(pairs: Iterable<readonly [string, T]>): Record<string, T> {
  const record: Record<string, T> = {}
  for (const [name, value] of pairs) record[name] = value
  return record
}
