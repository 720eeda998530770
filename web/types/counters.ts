/** Counters, and who comes next at one. */
import type { Text } from "./text"
import type { StaffTicket } from "./tickets"

export type CounterState = "closed" | "open" | "paused"

export interface PublicCounter {
  code: string
  name: Text
  zone: string | null
  state: CounterState
  since: string | null
}

export interface Clerk {
  username: string
  name: string
}

export interface StaffCounter extends PublicCounter {
  reason: string | null
  clerk: Clerk | null
  ticket: StaffTicket | null
}

export interface WaitingLine {
  counter_type: string
  service: string
  /** Set for those that wait for this counter alone. */
  counter: string | null
  count: number
  oldest_at: string | null
}

export interface Outlook {
  seq: number
  next: StaffTicket | null
  /** Up to three, `next` among them. */
  upcoming: Pick<StaffTicket, "number" | "service" | "waiting_since">[]
  waiting: WaitingLine[]
  mine: number
  others: number
}

/** What a clerk did today in a hall: services completed, their mean in minutes, visitors who did not come, and those nobody confirmed. */
export interface OwnDay {
  served: number
  minutes: number | null
  missed: number
  unconfirmed: number
}

/** A ticket that a counter would call, as it is kept for the time without a server. */
export interface LineTicket {
  number: string
  service: string
  waiting_since: string
}

/** A visitor called by voice. `called`: by this computer's clock, set to the server's. */
export interface VoiceCall {
  number: string
  called: string
  came: boolean
}
