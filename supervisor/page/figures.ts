/** The figures at the top of the page: pure. */
import { minutesSince } from "../../web/time"
import type { Counts, StaffCounter, Today } from "../../web/types"
import type { ServiceLine } from "./shapes"

/** The target of a hall that says none (min). */
export const USUAL_TARGET = 30
/** A wait past this share of the target is long; one past the target is too long. */
const LONG_SHARE = 2 / 3

export type Urgency = "calm" | "long" | "too_long"

export interface Figures {
  waiting: number
  longestMin: number | null
  urgency: Urgency
  /** The hall's target of the line that is worst (min). */
  target: number
  open: number
  counters: number
  today: Today
}

export interface FigureSources {
  waiting: Counts
  services: ServiceLine[]
  counters: StaffCounter[]
  today: Today
  /** Server's time, ms. */
  now: number
}

export function figuresOf({ waiting, services, counters, today, now }: FigureSources): Figures {
  const longestMin = longest(services, now)
  const worst = worstOf(services, now)
  return {
    waiting: Object.values(waiting).reduce((sum, count) => sum + count, 0),
    longestMin,
    urgency: worst.urgency,
    target: worst.target,
    open: counters.filter((counter) => counter.state === "open").length,
    counters: counters.length,
    today,
  }
}

/** How long people of a service wait, beside what the hall means: the oldest wait, and what a newcomer is told. */
export function urgencyOf(line: ServiceLine, now: number): Urgency {
  const target = line.target ?? USUAL_TARGET
  const waited = line.oldest_at ? minutesSince(line.oldest_at, now) : 0
  const { low, high } = line.expected ?? { low: 0, high: 0 } // of its queue, which others may fill
  if (waited > target || low > target) return "too_long"
  return waited >= target * LONG_SHARE || high > target ? "long" : "calm"
}

function worstOf(services: ServiceLine[], now: number): { urgency: Urgency; target: number } {
  const rank: Urgency[] = ["calm", "long", "too_long"]
  let worst: { urgency: Urgency; target: number } = { urgency: "calm", target: services[0]?.target ?? USUAL_TARGET }
  for (const line of services) {
    const urgency = urgencyOf(line, now)
    if (rank.indexOf(urgency) > rank.indexOf(worst.urgency)) worst = { urgency, target: line.target ?? USUAL_TARGET }
  }
  return worst
}

function longest(services: ServiceLine[], now: number): number | null {
  const waits = services.flatMap((line) => (line.oldest_at ? [minutesSince(line.oldest_at, now)] : []))
  return waits.length ? Math.max(...waits) : null
}
