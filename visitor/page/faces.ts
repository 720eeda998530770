/** Which face the page shows for a ticket, and what the tab is called: pure, so that every state can be tested. */
import type { Hall, Range, VisitorTicket } from "../../web/types"

export type Face =
  | "scheduled"
  | "waiting"
  | "soon"
  | "transferred"
  | "closed"
  | "called"
  | "recalled"
  | "serving"
  | "next_step"
  | "held"
  | "parked"
  | "aside"
  | "completed"
  | "no_show"
  | "cancelled"
  | "expired"

const SOON_AHEAD = 1
const SOON_MINUTES = 10

/**
 * The face of a ticket. A waiting ticket that is nearly due says "come back" whatever else is true of it; after that a
 * closed hall matters more than a transfer, since nobody will call.
 */
export function faceOf(ticket: VisitorTicket, transferred: boolean): Face {
  if (ticket.state === "called") return ticket.calls > 1 ? "recalled" : "called"
  if (ticket.state === "parked" && ticket.stepped_aside) return "aside"
  if (ticket.state !== "waiting") return ticket.state
  if (!ticket.open) return "closed"
  // Whoever comes from another counter is in the hall already: what comes next matters more than "come back".
  if (ticket.steps.some((step) => step.state === "done")) return "next_step"
  if (isSoon(ticket.ahead, ticket.wait)) return "soon"
  return transferred ? "transferred" : "waiting"
}

/** Ten minutes at most, or one person ahead: time to stand near the counters; not while nobody is on duty (no wait). */
export function isSoon(ahead: number | null, wait: Range | null): boolean {
  if (ahead === null || wait === null) return false
  return wait.high <= SOON_MINUTES || ahead <= SOON_AHEAD
}

/** Numbers that only ticket machines give, while the server is away. */
const isReserved = (serial: number): boolean => serial > 9000 && serial < 10_000

/** A ticket keeps its number when it is transferred, so a number of another queue's prefix or range tells it. */
export function wasTransferred(ticket: VisitorTicket, hall: Pick<Hall, "counter_types"> | null): boolean {
  const type = hall?.counter_types.find((one) => one.code === ticket.counter_type)
  if (type === undefined) return false
  const [, letters, digits] = /^(.*?)(\d+)$/.exec(ticket.number) ?? []
  const serial = Number(digits)
  const ordinary = !isReserved(serial) // a machine gives those of all queues of a prefix
  return letters !== type.prefix || (ordinary && (serial < (type.first ?? 1) || serial > (type.last ?? Infinity)))
}

/** The visit is over: no call can come any more. */
export function isOver(face: Face): boolean {
  return face === "completed" || face === "no_show" || face === "cancelled" || face === "expired"
}

/** The number stands in a queue: people ahead and the expected wait mean something. */
export function isQueued(face: Face): boolean {
  return face === "waiting" || face === "soon" || face === "transferred" || face === "next_step" || face === "closed"
}

export function isCalled(face: Face): boolean {
  return face === "called" || face === "recalled"
}
