/** The figures at the top of the page: pure. */
import { minutesSince } from "../../web/time"
import type { Counts, StaffCounter, Text, Today } from "../../web/types"
import type { ClassLine, ServiceLine } from "./shapes"

const ORDINARY = "ordinary"

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
  /** The class whose target that is, where it is not everybody's. */
  whose: Text | null
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
    whose: worst.who,
    open: counters.filter((counter) => counter.state === "open").length,
    counters: counters.length,
    today,
  }
}

/** The worst of what waits for a service: each class beside its own target, and what a newcomer is told. */
export interface Worst {
  urgency: Urgency
  target: number
  /** Whose target that is, where it is not everybody's. */
  who: Text | null
}

const RANK: Urgency[] = ["calm", "long", "too_long"]
const worse = (one: Worst, other: Worst): Worst =>
  RANK.indexOf(other.urgency) > RANK.indexOf(one.urgency) ? other : one

/** How long those wait beside a target (min). */
function beside(waited: number, target: number): Urgency {
  return waited > target ? "too_long" : waited >= target * LONG_SHARE ? "long" : "calm"
}

export function classUrgency(line: ClassLine, now: number): Urgency {
  return beside(minutesSince(line.oldest_at, now), line.target ?? USUAL_TARGET)
}

export function worstIn(line: ServiceLine, now: number): Worst {
  const target = line.target ?? USUAL_TARGET
  const { low, high } = line.expected ?? { low: 0, high: 0 } // of its queue, which others may fill
  const newcomer: Worst = { urgency: low > target ? "too_long" : high > target ? "long" : "calm", target, who: null }
  if (!line.classes)
    return worse(newcomer, {
      ...newcomer,
      urgency: beside(line.oldest_at ? minutesSince(line.oldest_at, now) : 0, target),
    })
  return line.classes.reduce<Worst>((worst, one) => {
    const own: Worst = {
      urgency: classUrgency(one, now),
      target: one.target ?? USUAL_TARGET,
      who: one.code === ORDINARY ? null : one.name,
    }
    return worse(worst, own)
  }, newcomer)
}

export const urgencyOf = (line: ServiceLine, now: number): Urgency => worstIn(line, now).urgency

function worstOf(services: ServiceLine[], now: number): Worst {
  const start: Worst = { urgency: "calm", target: services[0]?.target ?? USUAL_TARGET, who: null }
  return services.reduce((worst, line) => worse(worst, worstIn(line, now)), start)
}

function longest(services: ServiceLine[], now: number): number | null {
  const waits = services.flatMap((line) => (line.oldest_at ? [minutesSince(line.oldest_at, now)] : []))
  return waits.length ? Math.max(...waits) : null
}
