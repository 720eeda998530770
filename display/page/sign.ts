/** The sign above one counter: a number, or the hall's words for what the counter is doing. Pure. */
import type { PublicSnapshot, PublicTicket } from "../../web/types"
import { isLit } from "./calls"

/** A sign flashes for so long after a call, then stands still. */
export const FLASH_MS = 3_000

export type SignFace =
  | { face: "number"; number: string; key: string; flashing: boolean; lit: boolean; serving: boolean; tags: string[] }
  | { face: "idle" | "serving_done" | "paused" }

/** `closed` and a counter that the hall does not know read "paused"; an open one without a ticket is idle, or has just served. */
export function signFace(snapshot: PublicSnapshot, counter: string, now: number): SignFace {
  const place = snapshot.counters.filter((one) => one.code === counter)[0]
  const here = snapshot.calls.filter((call) => call.counter === counter)
  // A call by voice that was entered afterwards is newer than that of whoever is at the counter.
  const present = here.find((call) => call.state === "called" || call.state === "serving")
  if (present) return numberFace(present, now)
  const last = here[0]
  if (!place || place.state !== "open") return { face: "paused" }
  return { face: last && servedSince(last, place.since) ? "serving_done" : "idle" }
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

/** A counter that has just been opened greets anew, whatever it served before. */
function servedSince(last: PublicTicket, since: string | null): boolean {
  return since === null || last.called_at === null || Date.parse(last.called_at) >= Date.parse(since)
}
