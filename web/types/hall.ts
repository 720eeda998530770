/** A hall with all that it offers. */
import type { Language, Named, Notice, Text } from "./text"

export interface SearchKeys {
  pinyin: string
  initials: string
}

export interface Stopped {
  until: string | null
  today: boolean
}

export interface Service extends Named {
  counter_type: string
  group: string | null
  open: boolean
  /** Stopped by hand: until when (null: until somebody lets it go on), and whether that is the end of today. */
  stopped?: Stopped | null
  bookable?: boolean
  /** How long its appointments are. */
  slot_minutes?: number | null
  /** The papers that a visitor brings. */
  bring?: Text[]
  /** The Chinese name as people type it: `hukoubanli`, `hkbl`. */
  search?: SearchKeys
  /** Of `GET /halls/{hall}` alone: why it gives no number now, what is left of today's quota, and when its last number is given. */
  refused?: string | null
  remaining?: number | null
  until?: string | null
}

export interface CounterType extends Named {
  /** Up to three letters before the digits, or none. */
  prefix: string
  /** How pages name the queue by its numbers: `A`, or `500–899` where it has no prefix or shares it. */
  label?: string
  /** The serials that it gives; without a last one they go on. */
  first?: number
  last?: number | null
}

export interface Status extends Named {
  proof: Text
  /** "shown": only staff, who saw the paper, may give it. */
  proof_rule?: "declared" | "shown"
}

export type Direction = "left" | "right" | "straight" | "up" | "down" | "other_floor"

/** Where people go from a screen: to all counters of a zone, or to one. */
export interface Directions {
  zones?: Record<string, Direction>
  counters?: Record<string, Direction>
}

export interface Zone extends Named {
  /** The way there in a few words. */
  where?: Text | null
  /** From this zone's own screens. */
  directions?: Directions
}

export interface HallCounter extends Named {
  zone: string | null
  /** Its own way words, where they are not its zone's. */
  where?: Text | null
  /** As they are now, with the changes of today. */
  counter_types: string[]
  fallbacks: string[]
  changes?: ServesChange[]
}

/** A queue that a counter serves (`gives`) or not, other than usual; `today`: until the business day ends. */
export interface ServesChange {
  counter_type: string
  gives: boolean
  until: string
  today: boolean
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

/** Why a counter pauses, and for how many minutes as a rule. */
export interface PauseReason {
  code: string
  name: Text
  minutes: number | null
}

export interface Hall {
  /** Of `GET /halls/{hall}` alone: now, by the server's clock. */
  time?: string
  code: string
  name: Text
  /** Street, building and floor; how one comes there. */
  address?: Text | null
  getting_there?: Text | null
  time_zone: string
  open: boolean
  next_open: string | null
  hours: Record<string, [string, string][]>
  zones: Zone[]
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
  pause_reasons?: PauseReason[]
  booking?: { days_ahead: number; cancel_minutes: number; early_minutes: number; grace_minutes: number }
  limits?: { identify: "none" | "phone" | "id"; phone_metres: number | null }
  /** The rule that says who is next, by its name. */
  policy?: { name: string; title: Text; target?: number | null }
  /** Only `GET /halls/{hall}` has it: snapshots carry their own. */
  notice?: Notice | null
  /** Likewise: what a booker may leave so that a reminder really comes. */
  reminds_by?: ("email" | "phone")[]
  version: string
}
