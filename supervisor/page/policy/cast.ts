/** Rules and a comparison for this page's tests. */
import type { ClassRule, Comparison, FigureLine, NamedRule, PolicyAnswer, Rule, RuleResult } from "./shapes"

export const aClass = (change: Partial<ClassRule> = {}): ClassRule => ({
  tier: 1,
  speed: 1,
  credit: 0,
  guard: 60,
  target: 30,
  ...change,
})

export function aRule(change: Partial<Rule> = {}): Rule {
  const classes = {
    ordinary: aClass(),
    appointment: aClass({ speed: 2, credit: 15, target: 10 }),
    priority: aClass({ credit: 20, target: 20 }),
  }
  return { classes, lanes: [], guard_every: 3, fallbacks_rank_last: true, ...change }
}

export function named(name: string, title: string, change: Partial<Rule> = {}): NamedRule {
  return { name, title: { "zh-CN": title, en: title }, ...aRule(change) }
}

const never = {
  ordinary: aClass({ guard: null }),
  appointment: aClass({ guard: null, target: 10 }),
  priority: aClass({ guard: null, target: 20 }),
}
export const BALANCED = named("balanced", "Balanced")
export const FIRST = named("first-come", "First come", { classes: never })

export const anAnswer = (rule: NamedRule = BALANCED): PolicyAnswer => ({ ...rule, presets: [BALANCED, FIRST] })

export function aLine(code: string, change: Partial<FigureLine> = {}): FigureLine {
  return {
    class: code,
    count: 40,
    mean: 12.34,
    p90: 30,
    max: 61,
    target: code ? 30 : null,
    within_target: 0.876,
    overtaken_minutes: 14.6,
    overtaken_times: 3,
    ...change,
  }
}

export function aResult(rule: NamedRule, change: Partial<RuleResult> = {}): RuleResult {
  return {
    name: rule.name,
    title: rule.title,
    present: false,
    candidate: false,
    classes: [aLine("ordinary"), aLine("appointment", { mean: 3 })],
    all: aLine(""),
    not_served: 0,
    missed: 0,
    ...change,
  }
}

export function aComparison(): Comparison {
  return {
    day: { source: "log", date: "2026-11-25", visits: 80, counters: 4, booked: 40 },
    results: [
      aResult(BALANCED, { present: true }),
      aResult(FIRST),
      aResult(named("candidate", "Custom"), { candidate: true }),
    ],
  }
}
