/** What the whole screen shows, decided in one place from the link and the snapshot. Pure; times in milliseconds. */
import type { PublicSnapshot, PublicTicket } from "../../web/types"
import type { Link } from "../../web/live"

/** After so long without the server a number may be wrong, and a wrong number is worse than none. */
export const HIDE_AFTER_MS = 120_000

export type ScreenState = "connecting" | "unreachable" | "emergency" | "closed" | "board"
export type Strip = "restarting" | "stale" | "offline" | null

export function screenState(snapshot: PublicSnapshot | null, link: Link): ScreenState {
  if (snapshot === null) return link === "offline" ? "unreachable" : "connecting"
  if (snapshot.notice?.level === "emergency") return "emergency"
  if (!snapshot.hall.open && !snapshot.calls.some(isAtCounter)) return "closed"
  return "board"
}

/** The amber strip above everything; none while the first snapshot is awaited (a page of its own says that). */
export function stripFor(snapshot: PublicSnapshot | null, link: Link, restarting: boolean): Strip {
  if (snapshot === null) return null
  if (link === "stale" || link === "offline") return link
  return restarting && link !== "live" ? "restarting" : null
}

/** True when the present call must not be shown any more. */
export function callsAreOld(heardAt: number | null, now: number, link: Link): boolean {
  return link !== "live" && heardAt !== null && now - heardAt >= HIDE_AFTER_MS
}

function isAtCounter(call: PublicTicket): boolean {
  return call.state === "called" || call.state === "serving"
}
