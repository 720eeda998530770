/** What the streams bring: snapshots first, then events. */
import type { PublicCounter, StaffCounter } from "./counters"
import type { Hall } from "./hall"
import type { Counts, Notice, Range } from "./text"
import type { PublicTicket, StaffTicket, TicketOrigin } from "./tickets"
import type { VisitorTicket } from "./visitors"

/** A call on the board; `at` is the time of the last call or recall. */
export type BoardCall = PublicTicket & { at: string | null }

export interface PublicSnapshot {
  seq: number
  hall: Hall
  zone: string | null
  calls: BoardCall[]
  waiting: Counts
  expected: Record<string, Range | null>
  counters: PublicCounter[]
  notice: Notice | null
}

export interface Today {
  issued: number
  /** Open when an earlier day ended, and kept. */
  kept_before: number
  completed: number
  /** Called and completed, and nobody ever said that the visitor was there. */
  unconfirmed: number
  no_show: number
  /** Taken out by staff. */
  removed: number
  cancelled: number
  not_served: number
  unfinished: number
  open: number
}

export interface StaffSnapshot {
  seq: number
  hall: Hall
  waiting: { by_type: Counts; by_service: Counts }
  counters: StaffCounter[]
  held: StaffTicket[]
  parked: StaffTicket[]
  notice: Notice | null
  open_override: boolean | null
  today: Today
}

/** An event of any stream; which of the optional fields it has depends on `kind`. */
export interface HallEvent<T extends PublicTicket | VisitorTicket = PublicTicket | StaffTicket> {
  seq: number
  prev: number | null
  hall: string
  at: string
  kind: string
  ticket?: T
  from?: TicketOrigin | null
  by?: string | null
  by_hand?: boolean
  counter?: PublicCounter | StaffCounter
  notice?: Notice | null
  open?: boolean
  next_open?: string | null
  open_override?: boolean | null
  hall_config?: Hall
  [detail: string]: unknown
}

export interface Heartbeat {
  hall: string
  seq: number
  time: string
  version: string
}
