/** How many counters there are for a queue now: the same figures on every page (the live view has them from the server). */
import type { Hall, PublicCounter } from "./types"

export interface AtCounters {
  /** Open, and the queue is their own. */
  open: number
  /** Open, and they may help the queue out. */
  helping: number
  /** Paused, of either kind. */
  paused: number
}

export function atCounters(
  hall: Pick<Hall, "counters">,
  now: readonly PublicCounter[],
  counterType: string,
): AtCounters {
  const states = new Map(now.map((one) => [one.code, one.state]))
  const own = hall.counters.filter((one) => one.counter_types.includes(counterType))
  const helpers = hall.counters.filter(
    (one) => !one.counter_types.includes(counterType) && one.fallbacks.includes(counterType),
  )
  const inState = (counters: Hall["counters"], state: string): number =>
    counters.filter((one) => states.get(one.code) === state).length
  return {
    open: inState(own, "open"),
    helping: inState(helpers, "open"),
    paused: inState([...own, ...helpers], "paused"),
  }
}
