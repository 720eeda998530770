/** Draws a chart; the library comes with the first one, so that the live view never waits for it. */

export interface Drawing {
  show(option: Record<string, unknown>): void
  resize(): void
  end(): void
}

/** A chart in an element, whose size it takes. */
export async function draw(place: HTMLElement): Promise<Drawing> {
  const { init } = await import("./echarts")
  const chart = init(place, undefined, { renderer: "svg" })
  return { show: (option) => chart.setOption(option, true), resize: () => chart.resize(), end: () => chart.dispose() }
}
