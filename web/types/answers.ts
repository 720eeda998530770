/** Answers to a command or a question. */
import type { StaffCounter } from "./counters"
import type { HallEvent } from "./streams"
import type { Device } from "./takers"
import type { StaffTicket } from "./tickets"

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
