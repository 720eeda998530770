/** The sign above one counter: a number, or the hall's words for what the counter is doing. Pure. */
import type { PublicSnapshot, PublicTicket } from "../../web/types"
import { isLit } from "./calls"

/** A sign flashes for so long after a call, then stands still. */
export const FLASH_MS = 3_000

export type SignFace =
  | { face: "number"; number: string; key: string; flashing: boolean; lit: boolean; serving: boolean; tags: string[] }
  | { face: "idle" | "serving_done" | "paused" }

/**
 * `closed` and a counter that the hall does not know read "paused"; an open one without a ticket is idle, or has just served.
 * `served`: the `since` of the counter when this screen saw it with a visitor last. One that was opened anew greets anew.
 */
export function signFace(
  snapshot: PublicSnapshot,
  counter: string,
  now: number,
  served: string | null = null,
): SignFace {
  const place = snapshot.counters.filter((one) => one.code === counter)[0]
  const present = snapshot.calls.filter((call) => call.counter === counter)[0]
  if (present) return numberFace(present, now)
  if (!place || place.state !== "open") return { face: "paused" }
  return { face: served !== null && served === place.since ? "serving_done" : "idle" }
}

function numberFace(call: PublicTicket, now: number): SignFace {
  const at = Date.parse(call.last_called_at ?? call.called_at ?? "")
  return {
    face: "number",
    number: call.number,
    key: `${call.number}/${call.call_seq}/${call.calls}`,
    flashing: now - at < FLASH_MS,
    lit: isLit(at, now),
    serving: call.state === "serving",
    tags: call.tags,
  }
}
