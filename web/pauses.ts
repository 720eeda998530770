/** Why a counter pauses, since when and for how long it is meant. Pure. */
import { textOf } from "./i18n"
import type { Hall, PauseReason, StaffCounter } from "./types"

export interface PauseState {
  /** In the reader's language; "" when none was given. */
  reason: string
  /** Seconds since it began. */
  seconds: number
  /** Seconds until it was meant to end, negative when that has passed; null when nobody said. */
  left: number | null
}

export const pauseReasons = (hall: Pick<Hall, "pause_reasons">): PauseReason[] => hall.pause_reasons ?? []

/** One of the hall's reasons by its code, else the clerk's own words. */
export function reasonName(hall: Pick<Hall, "pause_reasons">, reason: string | null): string {
  const known = pauseReasons(hall).find((one) => one.code === reason)
  return known ? textOf(known.name) : (reason ?? "")
}

/** The pause of a counter; null when it has none. `now`: server's time in ms. */
export function pauseOf(
  hall: Pick<Hall, "pause_reasons">,
  counter: Pick<StaffCounter, "state" | "reason" | "since">,
  now: number,
): PauseState | null {
  if (counter.state !== "paused") return null
  const since = counter.since ? Date.parse(counter.since) : now
  const minutes = pauseReasons(hall).find((one) => one.code === counter.reason)?.minutes ?? null
  const seconds = Math.max(0, Math.floor((now - since) / 1000))
  return { reason: reasonName(hall, counter.reason), seconds, left: minutes === null ? null : minutes * 60 - seconds }
}
