/** What a visitor sees: the ticket in hand, an appointment. */
import type { Notice, Range, Text } from "./text"
import type { TicketState, VisitStep } from "./tickets"

/** What of a visitor may be shown, masked. */
export type Contact = Partial<Record<"name" | "phone" | "email", string>>

/** An appointment as its holder sees it. */
export interface Appointment {
  code: string
  token: string
  hall: string
  hall_name: Text
  service: string
  service_name: Text
  start: string
  end: string
  state: "booked" | "checked_in" | "late" | "cancelled" | "missed"
  /** Why the hall closed its time; null while it stands. */
  hit?: string | null
  status: string | null
  language: string
  contact: Contact | null
  address?: Text | null
  getting_there?: Text | null
  bring?: Text[]
  can_change: boolean
  can_cancel: boolean
  change_until: string
  can_check_in: boolean
  check_in_from: string
  called_from: string
  grace_until: string
  ticket: string | null
  number: string | null
  url: string
  calendar_url: string
  time: string
}

export interface Slot {
  start: string
  end: string
  free: number
  capacity: number
}

export interface Why {
  reason: string
  sentence: Text
  overtaken_by: { number: string; reason: string; sentence: Text; at: string }[]
}

/** How the queues of a hall moved in the last second: the counter types in which something changed, and who was called. */
export interface QueueNews {
  hall: string
  counter_types: string[]
  calls: { seq: number; number: string; counter: string; counter_types: string[] }[]
}

export interface NowServing {
  number: string
  counter: string
}

/** Where some of the counters are: the zone and the way there in a few words. */
export interface CounterPlace {
  zone: string
  zone_name: Text
  where: Text | null
  counters: string[]
}

export interface VisitorTicket {
  number: string
  token: string
  hall: string
  hall_name: Text
  service: string
  service_name: Text
  counter_type: string
  state: TicketState
  counter: string | null
  counter_name: Text | null
  /** Those on duty that may call it; once it was called, the one where it is. */
  counters: string[]
  /** Where they are; empty in a hall that has nothing to tell. */
  places?: CounterPlace[]
  /** The way to its counter. */
  where?: Text | null
  /** What must be ready for its status. */
  proof?: Text | null
  ahead: number | null
  wait: Range | null
  /** Counter types whose calls move it while it waits, the one of `ahead` first. */
  queues: string[]
  issued_at: string
  called_at: string | null
  last_called_at: string | null
  calls: number
  now_serving: NowServing[]
  tags: string[]
  language: string
  /** The hall is open, or a counter is at work that may call it: hours end the giving of numbers, not the calling. */
  open: boolean
  /** When a number that is not called ends; null where the hall keeps open ones over the day. */
  ends_at?: string | null
  can_leave: boolean
  can_rejoin: boolean
  /** "I need more time": whether it may be said now, how many calls pass then, how often it may still be said. */
  can_wait_longer: boolean
  more_time: { calls: number; left: number }
  /** Parked by the visitor's own wish, not by a missed call. */
  stepped_aside: boolean
  /** It waits again after so many further calls of its queue, or at this time. */
  returns_after: number | null
  due_at: string | null
  /** What the clerk told the visitor at a hold: what to fetch or bring. */
  told: string | null
  can_rate: boolean
  rating: number | null
  steps: { service: string; name: Text; state: VisitStep["state"]; counter: string | null }[]
  quantity: number
  appointment: { code: string; start: string } | null
  policy: { name: string; title: Text }
  url: string
  /** The hall's notice. */
  notice: Notice | null
  seq: number
  time: string
}
