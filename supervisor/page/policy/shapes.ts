/** What /halls/{hall}/policy and its compare take and answer (docs/protocol.md, "Who is next, and why"). */
import type { Text } from "../../../web/types"

export interface ClassRule {
  tier: number
  speed: number
  credit: number
  /** Minutes; null for never. */
  guard: number | null
  target: number
}

export interface LaneRule {
  code: string
  share: number
  classes: string[]
}

/** The parts of a rule, as PUT takes them whole. */
export interface Rule {
  classes: Record<string, ClassRule>
  lanes: LaneRule[]
  guard_every: number
  fallbacks_rank_last: boolean
}

export interface NamedRule extends Rule {
  name: string
  title: Text
}

export interface PolicyAnswer extends NamedRule {
  presets: NamedRule[]
}

export interface FigureLine {
  /** "" for all. */
  class: string
  count: number
  mean: number
  p90: number
  max: number
  target: number | null
  within_target: number
  overtaken_minutes: number
  overtaken_times: number
}

export interface RuleResult {
  name: string
  title: Text
  present: boolean
  candidate: boolean
  classes: FigureLine[]
  all: FigureLine
  /** Never called before they left or the day ended. */
  not_served: number
  /** Called, did not come, never served. */
  missed: number
}

export interface Comparison {
  day: { source: "log" | "drawn"; date: string | null; visits: number; counters: number; booked: number }
  results: RuleResult[]
}

/** The parts alone, without a name. */
export const ruleOf = ({ classes, lanes, guard_every, fallbacks_rank_last }: Rule): Rule => ({
  classes,
  lanes,
  guard_every,
  fallbacks_rank_last,
})
