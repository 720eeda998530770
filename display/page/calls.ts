/**
 * Which calls stand where: the present ones on the stage, the last ones in the list. Pure; `now` is the server's time
 * in milliseconds.
 *
 * A call is lit for 20 s. Calls within 10 s share the stage, one of each counter and four at most, so that nobody is
 * overwritten; the newest stays there, steady, until somebody else is called. A first call joins the list when its light goes out (or when the
 * stage has no place for it); a recall lights its row again where it is and adds none.
 */
import type { PublicTicket, TicketState } from "../../web/types"

export const LIT_MS = 20_000
export const TOGETHER_MS = 10_000
export const AT_ONCE = 4
/** Who was called so short a time ago and has not come must find the number; each page of them stands for so long. */
export const AWAITED_MS = 60_000
export const PAGE_MS = 6_000

/** States in which the board says "this number is at that counter": who is done, or did not come, is there no more. */
const SHOWN: readonly TicketState[] = ["called", "serving"]

export interface ShownCall {
  number: string
  counter: string
  counterType: string
  state: TicketState
  tags: string[]
  lit: boolean
  /** When it was called last, ms. */
  at: number
  /** Changes with each call and recall: a new one plays the animation again. */
  key: string
}

export interface ArrangedCalls {
  /** Oldest first, so that those already there keep their place. */
  stage: ShownCall[]
  /** Newest call first, without those that are new on the stage. */
  list: ShownCall[]
  /** Newest call first: the list of a layout that has no stage. */
  all: ShownCall[]
}

/** Put the board's calls (newest first) on the stage and into the list. `zones` empty: all zones. */
export function arrangeCalls(
  calls: readonly PublicTicket[],
  now: number,
  zones: readonly string[] = [],
): ArrangedCalls {
  const shown = calls.filter((call) => isShown(call, zones))
  const fresh = litTogether(shown, now)
  const staged = fresh.length > 0 ? fresh : shown.slice(0, 1)
  return {
    stage: staged
      .slice()
      .sort((a, b) => lastCall(a) - lastCall(b) || seqOf(a) - seqOf(b))
      .map((call) => asShown(call, now)),
    list: shown.filter((call) => !(call.calls <= 1 && fresh.indexOf(call) >= 0)).map((call) => asShown(call, now)),
    all: shown.map((call) => asShown(call, now)),
  }
}

/** True while a call with that time (ms) is lit. A clock a little behind the call's does not put it out. */
export function isLit(lastCalledAt: number, now: number): boolean {
  return now - lastCalledAt < LIT_MS
}

export interface ListPage {
  calls: ShownCall[]
  /** Which page, from 1, of how many. */
  page: number
  pages: number
}

/** What of a list stands in so many places: the newest; while more are awaited than there are places, these in turn. */
export function listPage(list: ShownCall[], places: number, now: number): ListPage {
  const awaited = list.filter((call) => call.state === "called" && now - call.at < AWAITED_MS)
  const pages = Math.ceil(awaited.length / places)
  if (pages <= 1) return { calls: list.slice(0, places), page: 1, pages: 1 }
  const at = Math.floor(now / PAGE_MS) % pages
  return { calls: awaited.slice(at * places, (at + 1) * places), page: at + 1, pages }
}

function isShown(call: PublicTicket, zones: readonly string[]): boolean {
  return (
    call.counter !== null &&
    SHOWN.indexOf(call.state) >= 0 &&
    (zones.length === 0 || (call.zone !== null && zones.indexOf(call.zone) >= 0))
  )
}

function litTogether(calls: readonly PublicTicket[], now: number): PublicTicket[] {
  const lit = calls
    .filter((call) => isLit(lastCall(call), now))
    .sort((a, b) => lastCall(b) - lastCall(a) || seqOf(b) - seqOf(a))
  const [newest] = lit
  if (!newest) return []
  const together = lit.filter((call) => lastCall(newest) - lastCall(call) <= TOGETHER_MS)
  return together.filter((call, index) => isNewestOfItsCounter(call, together.slice(0, index))).slice(0, AT_ONCE)
}

/** Whoever was called to that counter before is served, or did not come. */
function isNewestOfItsCounter(call: PublicTicket, newer: readonly PublicTicket[]): boolean {
  return !newer.some((other) => other.counter === call.counter)
}

function lastCall(call: PublicTicket): number {
  return Date.parse(call.last_called_at ?? call.called_at ?? "1970-01-01T00:00:00Z")
}

/** Two calls of the same millisecond keep their order. */
function seqOf(call: PublicTicket): number {
  return call.call_seq ?? 0
}

function asShown(call: PublicTicket, now: number): ShownCall {
  return {
    number: call.number,
    counter: call.counter ?? "",
    counterType: call.counter_type,
    state: call.state,
    tags: call.tags,
    lit: isLit(lastCall(call), now),
    at: lastCall(call),
    key: `${call.number}/${call.call_seq}/${call.calls}`,
  }
}
