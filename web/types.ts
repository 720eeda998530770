/** The shapes that travel between the server and every page (docs/protocol.md). All times are RFC 3339 strings. */

export type Language = "zh-CN" | "en" | "zh-HK"
export type Text = { "zh-CN": string; en: string } & { "zh-HK"?: string }
export type Counts = Record<string, number>
export type Range = { low: number; high: number }

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
  language: Language
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
  status: string | null
  language: Language
  contact: Contact | null
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

export interface NowServing {
  number: string
  counter: string
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
  counters: string[]
  ahead: number | null
  wait: Range | null
  issued_at: string
  called_at: string | null
  last_called_at: string | null
  calls: number
  now_serving: NowServing[]
  tags: string[]
  language: Language
  open: boolean
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

export interface Named {
  code: string
  name: Text
}
export interface Service extends Named {
  counter_type: string
  group: string | null
  open: boolean
  bookable?: boolean
  /** Of `GET /halls/{hall}` alone: why it gives no number now, what is left of today's quota, and when its last number is given. */
  refused?: string | null
  remaining?: number | null
  until?: string | null
}
export interface CounterType extends Named {
  prefix: string
}
export interface Status extends Named {
  proof: Text
  /** "shown": only staff, who saw the paper, may give it. */
  proof_rule?: "declared" | "shown"
}
export interface HallCounter extends Named {
  zone: string | null
  counter_types: string[]
  fallbacks: string[]
}
export interface Voice {
  languages: Language[]
  chime: string | null
  rate: number
  volume: number
  templates: Record<string, string>
  overrides: Record<string, string>
  zones: Record<string, { enabled: boolean; speech: boolean; chime: boolean; languages?: Language[] }>
  quiet: { days: string[]; from: string; to: string; volume: number }[]
}

export interface Hall {
  code: string
  name: Text
  time_zone: string
  open: boolean
  next_open: string | null
  hours: Record<string, [string, string][]>
  zones: Named[]
  groups: Named[]
  counter_types: CounterType[]
  services: Service[]
  statuses: Status[]
  counters: HallCounter[]
  languages: Language[]
  channels: string[]
  texts: { idle: Text; paused: Text; serving_done: Text; missed: Text; welcome: Text }
  voice: Voice
  display: { layout: string; screen_inch: number; farthest_seat_m: number }
  /** What the console must know beforehand: "complete" or "ask" at next, seconds in which next is not taken for the visitor just called, seconds to undo, seconds between recalls, recalls at most. */
  rules?: { on_next: string; next_guard_s: number; undo_s: number; recall_gap_s: number; recall_limit: number }
  booking?: { days_ahead: number; cancel_minutes: number; early_minutes: number; grace_minutes: number }
  limits?: { identify: "none" | "phone" | "id"; phone_metres: number | null }
  /** The rule that says who is next, by its name. */
  policy?: { name: string; title: Text }
  /** Only `GET /halls/{hall}` has it: snapshots carry their own. */
  notice?: Notice | null
  version: string
}

export interface Notice {
  text: Text
  level: "info" | "emergency"
  at: string
}

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
  completed: number
  no_show: number
  cancelled: number
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

export interface TicketOrigin {
  state: TicketState
  counter_type: string
  service: string
  counter: string | null
  zone: string | null
  waits_for: Place[]
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

/** `code` as in docs/protocol.md, or of the page itself: `offline` (not sent), `no_answer` (sent, nothing came back), `bad_answer`. */
export interface Failure {
  code: string
  params: Record<string, unknown>
  message: string
}
export type Refused = { ok: false; error: Failure }
export type Answer<T = Record<string, unknown>> = ({ ok: true } & T) | Refused

export type SyncAnswer<S> = Answer<{
  seq: number
  time: string
  version: string
  snapshot?: S
  events?: HallEvent[]
  /** To devices: which one this is. */
  device?: Device
}>
export type CommandAnswer = Answer<{
  seq: number
  counter: StaffCounter
  ticket: StaffTicket | null
  undo_until?: string | null
}>

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

export type DeviceKind = "display" | "kiosk" | "announcer" | "printer"
export interface Device {
  id: string | number
  kind: DeviceKind
  hall: string
  zone: string | null
  name: string
  settings: Record<string, unknown>
}
export interface User {
  username: string
  name: string
  role: "clerk" | "supervisor" | "admin"
  halls: string[]
}
