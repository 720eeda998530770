/** What the server answers about tickets, appointments, persons and notices (docs/protocol.md). */
import type { Contact, StaffTicket, Text } from "../../../web/types"

export interface TimelineLine {
  at: string
  kind: string
  state: string | null
  service: string | null
  counter: string | null
  by: string | null
  by_name?: string | null
  details: Record<string, unknown>
}
export interface WholeTicket {
  ticket: StaffTicket
  contact: Contact | null
  timeline: TimelineLine[]
}

export interface Weighed {
  number: string
  class: string
  minutes: number
  score: number
  overdue: boolean
  /** A person put it before all others: its minutes say nothing. */
  front?: boolean
}
export interface Overtaken {
  number: string
  reason: string
  sentence: Text
}
/** "Why that number": of a ticket that was never called only `overtaken_by` is told. */
export interface WholeWhy {
  number: string
  called: boolean
  counter?: string
  at?: string
  policy?: string
  reason?: string
  manual?: { by: string; reason: string | null } | null
  /** Who moved it up before its call. */
  /** Of a number that was given elsewhere and entered afterwards. */
  entry?: { how: string; by: string | null; taken: string; entered: string; reason: string | null } | null
  moved_up?: { by: string; minutes: number | null; front: boolean; reason: string } | null
  winner?: Weighed
  heads?: Weighed[]
  overtaken: Overtaken[]
  overtaken_by: Overtaken[]
}

export const APPOINTMENT_STATES = ["booked", "checked_in", "late", "missed", "cancelled"] as const
export interface DayAppointment {
  id: number
  code: string
  service: string
  service_name: Text
  start: string
  state: (typeof APPOINTMENT_STATES)[number]
  contact: Contact | null
}

export interface ManyTickets {
  many: number
  persons: { person: string; count: number; live: number; tickets: string[] }[]
}

export interface SentNotice {
  id: number
  kind: string
  channel: string
  to: string
  number: string | null
  code: string | null
  state: "queued" | "sent" | "failed" | "dropped"
  created_at: string
  error: string | null
}
export interface Outbox {
  channels: string[]
  notices: SentNotice[]
}
