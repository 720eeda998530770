/** The figures at the top of the page: pure. */
import { minutesSince } from "../../web/time"
import type { Counts, StaffCounter, Today } from "../../web/types"
import type { ServiceLine } from "./shapes"

/** Minutes from which a wait is long, and from which it is too long. */
export const LONG_MIN = 20
export const TOO_LONG_MIN = 40

export type Urgency = "calm" | "long" | "too_long"

export interface Figures {
  waiting: number
  longestMin: number | null
  urgency: Urgency
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
  return {
    waiting: Object.values(waiting).reduce((sum, count) => sum + count, 0),
    longestMin,
    urgency: urgencyOf(longestMin),
    open: counters.filter((counter) => counter.state === "open").length,
    counters: counters.length,
    today,
  }
}

export function urgencyOf(minutes: number | null): Urgency {
  if (minutes === null || minutes < LONG_MIN) return "calm"
  return minutes < TOO_LONG_MIN ? "long" : "too_long"
}

function longest(services: ServiceLine[], now: number): number | null {
  const waits = services.flatMap((line) => (line.oldest_at ? [minutesSince(line.oldest_at, now)] : []))
  return waits.length ? Math.max(...waits) : null
}
