/** A rule while it is being edited, what does not fit together in it, and what it says in words: pure. */
import { ruleOf, type ClassRule, type NamedRule, type Rule } from "./shapes"
import { className, t } from "./words"

/** Bounds of a class's numbers, as the server has them. */
export const BOUNDS: Record<keyof ClassRule, { low: number; high: number; step: number }> = {
  tier: { low: 0, high: 9, step: 1 },
  speed: { low: 0.1, high: 100, step: 0.1 },
  credit: { low: 0, high: 600, step: 1 },
  guard: { low: 1, high: 1440, step: 1 },
  target: { low: 1, high: 1440, step: 1 },
}
export const FIELDS = Object.keys(BOUNDS) as (keyof ClassRule)[]
/** What a class gets when it may be overdue again. */
export const USUAL_GUARD = 60
const MOST_SHARE = 100
const MOST_EVERY = 20

export const copyOf = (rule: Rule): Rule => JSON.parse(JSON.stringify(ruleOf(rule))) as Rule

/** Whether two rules call alike; the order in which classes are named does not matter. */
export function sameRule(one: Rule, other: Rule): boolean {
  return sorted(one) === sorted(other)
}

function sorted({ classes, lanes, guard_every, fallbacks_rank_last }: Rule): string {
  const named = Object.keys(classes)
    .sort()
    .map((code) => [code, ...FIELDS.map((field) => classes[code]![field])])
  return JSON.stringify([
    named,
    lanes.map(({ code, share, classes: held }) => [code, share, [...held].sort()]),
    guard_every,
    fallbacks_rank_last,
  ])
}

/** Two lanes to begin with: appointments, and all others; three of one class each cannot be guessed. */
export function withLanes(rule: Rule): Rule {
  const codes = Object.keys(rule.classes)
  const first: string[] = codes.filter((code) => code === "appointment")
  const others = codes.filter((code) => code !== "appointment")
  if (!first.length) first.push(...others.splice(0, 1))
  return {
    ...rule,
    lanes: [
      { code: "lane1", share: 2, classes: first },
      { code: "lane2", share: 1, classes: others },
    ],
  }
}

/** The rule with a class in another lane. */
export function inLane(rule: Rule, code: string, lane: number): Rule {
  const lanes = rule.lanes.map((one, n) => {
    const others = one.classes.filter((held) => held !== code)
    return { ...one, classes: n === lane ? [...others, code] : others }
  })
  return { ...rule, lanes }
}

/** The rule with one lane more, still empty; its code is one that no other has. */
export function addLane(rule: Rule): Rule {
  let n = rule.lanes.length + 1
  while (rule.lanes.some((lane) => lane.code === `lane${n}`)) n += 1
  return { ...rule, lanes: [...rule.lanes, { code: `lane${n}`, share: 1, classes: [] }] }
}

/** The rule without that lane; its classes go to the first of the others. */
export function dropLane(rule: Rule, lane: number): Rule {
  const lost = rule.lanes[lane]?.classes ?? []
  const lanes = rule.lanes.filter((_, n) => n !== lane)
  return { ...rule, lanes: lanes.map((one, n) => (n === 0 ? { ...one, classes: [...one.classes, ...lost] } : one)) }
}

/** Everything that does not fit together, as sentences; the server says the same and has the last word. */
export function contradictions(rule: Rule): string[] {
  return [
    ...Object.entries(rule.classes).flatMap(([code, one]) => ofClass(code, one)),
    ...ofWhole(rule),
    ...ofLanes(rule),
  ]
}

function ofClass(code: string, one: ClassRule): string[] {
  const wrong = FIELDS.filter((field) => (field === "guard" ? one.guard !== null : true) && !fits(field, one[field]))
  if (wrong.length) {
    return wrong.map((field) => {
      const { low, high } = BOUNDS[field]
      return t(field === "tier" ? "wrong_whole" : "wrong_number", {
        class: className(code),
        field: t(field),
        low,
        high,
      })
    })
  }
  if (one.guard === null || one.guard >= one.target) return []
  return [t("wrong_guard", { class: className(code), guard: one.guard, target: one.target })]
}

function fits(field: keyof ClassRule, value: unknown): boolean {
  const { low, high } = BOUNDS[field]
  return typeof value === "number" && value >= low && value <= high && (field !== "tier" || Number.isInteger(value))
}

function ofWhole({ guard_every: every }: Rule): string[] {
  return Number.isInteger(every) && every >= 1 && every <= MOST_EVERY ? [] : [t("wrong_guardEvery")]
}

function ofLanes({ lanes }: Rule): string[] {
  if (lanes.length === 1) return [t("wrong_laneAlone")]
  return lanes.flatMap(({ share, classes }, index) => {
    const n = index + 1
    const found: string[] = []
    if (!Number.isInteger(share) || share < 1 || share > MOST_SHARE)
      found.push(t("wrong_share", { n, share: String(share) }))
    if (!classes.length) found.push(t("wrong_laneEmpty", { n }))
    return found
  })
}

/** A class's parameters in words, without what says nothing. */
export function classInWords(one: ClassRule, tiers: boolean): string {
  const parts = [t("says_class", { speed: one.speed })]
  if (tiers) parts.unshift(t("says_tier", { tier: one.tier }))
  if (one.credit > 0) parts.push(t("says_credit", { credit: one.credit }))
  parts.push(one.guard === null ? t("says_noGuard") : t("says_guard", { guard: one.guard }))
  parts.push(t("says_target", { target: one.target }))
  return parts.join(t("comma"))
}

/** What holds for the whole rule, in words. */
export function wholeInWords(rule: Rule): string[] {
  const found: string[] = []
  if (rule.lanes.length) {
    const lanes = rule.lanes.map(({ share, classes }) => `${classes.map(className).join(" + ")} ${share}`).join(" : ")
    found.push(t("says_lanes", { lanes }))
  }
  if (Object.values(rule.classes).some((one) => one.guard !== null))
    found.push(t("says_guardEvery", { n: rule.guard_every }))
  found.push(rule.fallbacks_rank_last ? t("says_fallbacksLast") : t("says_fallbacksAlike"))
  return found
}

/** Whether classes stand in different tiers, so that it is worth a word. */
export const hasTiers = (rule: Rule): boolean => new Set(Object.values(rule.classes).map((one) => one.tier)).size > 1

/** The ready-made rule that calls like this one. */
export const presetLike = (rule: Rule, presets: readonly NamedRule[]): NamedRule | undefined =>
  presets.find((one) => sameRule(one, rule))
