/** Which page the machine shows when it cannot give numbers, or null when it can. Pure. */
import type { LiveState } from "../../web/live"
import type { PublicSnapshot } from "../../web/types"

export type Blocked = "connecting" | "away" | "emergency" | "closed" | "channel_closed" | "no_services"

const KIOSK = "kiosk"
/** A line that is away this long shows it; a shorter gap is not worth a page. */
export const GRACE_MS = 3_000

export function blocked(live: Pick<LiveState<PublicSnapshot>, "link" | "snapshot">, awayForMs: number): Blocked | null {
  const { link, snapshot } = live
  if (snapshot === null) return link === "offline" ? "away" : "connecting"
  if (link === "stale" || link === "offline") return "away"
  if (link === "connecting" && awayForMs >= GRACE_MS) return "away"
  if (snapshot.notice?.level === "emergency") return "emergency"
  if (!snapshot.hall.open) return "closed"
  if (!snapshot.hall.channels.includes(KIOSK)) return "channel_closed"
  return snapshot.hall.services.length === 0 ? "no_services" : null
}
