/** Announcements that were not heard, newest first: from the log at the start, then from each event. */
import type { HallEvent } from "../../web/types"

const KEPT = 12

export interface Failed {
  seq: number
  at: string
  number: string
  zone: string | null
  result: "dropped" | "failed"
  reason: string | null
}

export function withFailure(known: Failed[], event: HallEvent): Failed[] {
  const failed = failureOf(event)
  if (!failed || known.some((one) => one.seq === failed.seq)) return known
  return [failed, ...known].sort((a, b) => b.seq - a.seq).slice(0, KEPT)
}

function failureOf(event: HallEvent): Failed | null {
  const { result, number, zone, reason } = event as HallEvent &
    Partial<Record<"result" | "number" | "zone" | "reason", unknown>>
  if (event.kind !== "announcement_spoken" || (result !== "failed" && result !== "dropped")) return null
  return {
    seq: event.seq,
    at: event.at,
    number: String(number ?? ""),
    zone: typeof zone === "string" ? zone : null,
    result,
    reason: typeof reason === "string" ? reason : null,
  }
}
