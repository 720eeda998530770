/** A ticket, as the public and as staff see it. */

export type TicketState =
  "scheduled" | "waiting" | "called" | "serving" | "held" | "parked" | "completed" | "no_show" | "cancelled" | "expired"

export interface PublicTicket {
  number: string
  service: string
  counter_type: string
  state: TicketState
  counter: string | null
  zone: string | null
  call_seq: number | null
  called_at: string | null
  last_called_at: string | null
  calls: number
  tags: string[]
  language: string
  /** The queues in which it waits now; several for a visit in parallel. */
  waits_for: Place[]
}

export interface Place {
  counter_type: string
  service: string
}

export interface VisitStep extends Place {
  state: "later" | "open" | "done" | "dropped"
  counter: string | null
}

export interface StaffTicket extends PublicTicket {
  id: number
  class: string
  status: string | null
  channel: string
  /** Its number is one of a ticket machine's own, given while the server was away; an older server does not say. */
  away?: boolean
  issued_at: string
  waiting_since: string
  started_at: string | null
  ended_at: string | null
  note: string | null
  /** What its visitor was told at a hold; an older server does not say. */
  told?: string | null
  /** Whether staff took it out; of a cancelled one. */
  removed?: boolean
  hold_until: string | null
  came_from: string | null
  no_shows: number
  asides: number
  quantity: number
  /** The services of a visit with several; empty for one. */
  steps: VisitStep[]
  /** When it waits again by itself. */
  due_at: string | null
  /** The time of its appointment. */
  slot: string | null
  rating: number | null
  /** The visitor left a name, phone or e-mail; asked for when somebody looks. */
  reachable: boolean
  /** After how many further calls of its counter type a missed ticket waits again. */
  returns_after: number | null
}

export interface TicketOrigin {
  state: TicketState
  counter_type: string
  service: string
  counter: string | null
  zone: string | null
  waits_for: Place[]
  /** Somebody had said that the visitor was there; staff alone are told. */
  confirmed?: boolean
  /** Staff had taken it out. */
  removed?: boolean
}
