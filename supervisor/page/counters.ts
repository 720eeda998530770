/** What a counter does now: pure. */
import type { StaffCounter } from "../../web/types"

export type CounterFace = "closed" | "paused" | "idle" | "calling" | "serving"

export function counterFace({ state, ticket }: StaffCounter): CounterFace {
  if (ticket) return ticket.state === "serving" ? "serving" : "calling"
  if (state === "closed") return "closed"
  return state === "paused" ? "paused" : "idle"
}

/** Since when it is so: a ticket since it was called or served, else the counter's own. Null when nobody knows. */
export function faceSince(counter: StaffCounter): string | null {
  const ticket = counter.ticket
  if (!ticket) return counter.since
  return (ticket.state === "serving" ? ticket.started_at : null) ?? ticket.called_at ?? counter.since
}
