/** Which page the machine shows when it cannot give numbers, or null when it can. Pure. */
import type { LiveState } from "../../web/live"
import type { PublicSnapshot } from "../../web/types"

export type Blocked = "connecting" | "away" | "emergency" | "closed" | "channel_closed" | "no_services"

const KIOSK = "kiosk"
/** A line that is away this long shows it; a shorter gap is not worth a page. */
export const GRACE_MS = 3_000

type Line = Pick<LiveState<PublicSnapshot>, "link" | "snapshot">

/** Whether the server cannot be reached, and not only for a moment. */
export function isAway({ link }: Pick<Line, "link">, awayForMs: number): boolean {
  return link === "stale" || link === "offline" || (link === "connecting" && awayForMs >= GRACE_MS)
}

/** `reserve`: this machine has numbers to give while the server is away. */
export function blocked(live: Line, awayForMs: number, reserve = false): Blocked | null {
  const { link, snapshot } = live
  if (snapshot === null) return link === "offline" ? "away" : "connecting"
  const away = isAway(live, awayForMs)
  if (away && !reserve) return "away"
  if (snapshot.notice?.level === "emergency") return "emergency"
  if (away) return null // what is known of the hall's hours is part of the reserve
  if (!snapshot.hall.open) return "closed"
  if (!snapshot.hall.channels.includes(KIOSK)) return "channel_closed"
  return snapshot.hall.services.length === 0 ? "no_services" : null
}
