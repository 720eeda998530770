/** What a picture of the comparison shows: pure, without a word of the library that draws it. */
import type { Comparison, FigureLine, RuleResult } from "./shapes"
import { className, ruleTitle, t } from "./words"

export const MEASURES = ["mean", "p90", "max", "within_target", "overtaken_minutes"] as const
export type Measure = (typeof MEASURES)[number]

/** Okabe and Ito's colours, told apart by the colour-blind; decals tell them apart in black and white too. */
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

export interface Inks {
  ink: string
  muted: string
  line: string
  font: string
}

/** Classes that have visitors, in the order of the answer. */
export function classesOf({ results }: Comparison): string[] {
  return results[0]?.classes.map((line) => line.class) ?? []
}

export function lineOf(result: RuleResult, code: string): FigureLine | undefined {
  return code === "" ? result.all : result.classes.find((line) => line.class === code)
}

/** A figure as people read it: whole minutes, or per cent. */
export function shownFigure(line: FigureLine | undefined, measure: Measure): string {
  if (!line) return "–"
  return measure === "within_target" ? `${Math.round(line.within_target * 100)}%` : String(Math.round(line[measure]))
}

export const unitOf = (measure: Measure): string => t(measure === "within_target" ? "percentUnit" : "minutesUnit")
export const captionOf = (measure: Measure): string => t("chartOf", { measure: t(measure), unit: unitOf(measure) })

/** Bars for each rule, one of each class; the first rule stands at the top. */
export function optionOf(
  comparison: Comparison,
  measure: Measure,
  inks: Inks,
  still: boolean,
): Record<string, unknown> {
  const value = (line: FigureLine | undefined): number =>
    !line ? 0 : measure === "within_target" ? Math.round(line.within_target * 100) : line[measure]
  return {
    animation: !still,
    color: COLOURS,
    aria: { enabled: true, label: { description: captionOf(measure) }, decal: { show: true } },
    textStyle: { color: inks.ink, fontFamily: inks.font, fontSize: 14 },
    legend: {
      top: 0,
      left: 8,
      itemGap: 24,
      itemWidth: 22,
      textStyle: { color: inks.ink, fontFamily: inks.font, fontSize: 14 },
    },
    grid: { left: 8, right: 32, top: 36, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: {
      type: "value",
      max: measure === "within_target" ? 100 : null,
      axisLabel: { color: inks.muted },
      splitLine: { lineStyle: { color: inks.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: comparison.results.map(ruleTitle),
      axisLabel: { color: inks.ink, fontSize: 14, width: 170, overflow: "break", lineHeight: 18 },
      axisLine: { lineStyle: { color: inks.line } },
      axisTick: { show: false },
    },
    series: classesOf(comparison).map((code) => ({
      name: className(code),
      type: "bar",
      data: comparison.results.map((result) => value(lineOf(result, code))),
      label: {
        show: true,
        position: "right",
        color: inks.ink,
        formatter: ({ value: shown }: { value: number }) => String(Math.round(shown)),
      },
    })),
  }
}
