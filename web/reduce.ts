/**
 * How an event changes a snapshot, in one place for every page: `(snapshot, event) => snapshot`, pure.
 * The rules are those of docs/protocol.md ("Events"); tests/contract/*.json hold both sides to them.
 */
import type {
  BoardCall,
  Counts,
  HallEvent,
  PublicCounter,
  PublicSnapshot,
  PublicTicket,
  StaffCounter,
  StaffSnapshot,
  StaffTicket,
  Today,
  VisitorTicket,
} from "./types"

const CALLS_KEPT = 30
const CLOSING_STATES: (keyof Today)[] = ["completed", "unconfirmed", "no_show", "cancelled"]
const AT_COUNTER = ["called", "serving"]

export function reducePublic(snapshot: PublicSnapshot, event: HallEvent): PublicSnapshot {
  const next = withHall(snapshot, event)
  const ticket = event.ticket
  if (event.kind === "day_ended") next.calls = []
  if (ticket) {
    next.waiting = moveCount(next.waiting, event, "counter_type")
    next.calls = withCall(next.calls, ticket)
  } else if (event.counter) {
    next.counters = withCounter(next.counters, event.counter as PublicCounter)
  }
  return next
}

export function reduceStaff(snapshot: StaffSnapshot, event: HallEvent): StaffSnapshot {
  const next = withHall(snapshot, event)
  const ticket = event.ticket as StaffTicket | undefined
  if (event.open_override !== undefined) next.open_override = event.open_override
  if (event.kind === "day_ended") next.today = { issued: 0, completed: 0, unconfirmed: 0, no_show: 0, cancelled: 0 }
  if (ticket) {
    next.waiting = {
      by_type: moveCount(next.waiting.by_type, event, "counter_type"),
      by_service: moveCount(next.waiting.by_service, event, "service"),
    }
    next.counters = seatTicket(next.counters, ticket, event.by_hand === true)
    next.held = shelve(next.held, ticket, "held")
    next.parked = shelve(event.kind === "ticket_called" ? oneCallNearer(next.parked, ticket) : next.parked, ticket, "parked")
    next.today = tally(next.today, event)
  } else if (event.counter) {
    next.counters = withCounter(next.counters, event.counter as StaffCounter)
  }
  return next
}

/** A phone's stream carries its whole ticket, so the newest one simply replaces the one before; a notice comes alone. */
export function reduceVisitor(snapshot: VisitorTicket, event: HallEvent<VisitorTicket>): VisitorTicket {
  if (event.ticket) return { ...event.ticket, seq: event.seq }
  return { ...snapshot, seq: event.seq, notice: event.kind === "notice_set" ? (event.notice ?? null) : snapshot.notice }
}

function withHall<S extends PublicSnapshot | StaffSnapshot>(snapshot: S, event: HallEvent): S {
  const next = { ...snapshot, seq: event.seq }
  if (event.hall_config) next.hall = event.hall_config
  if (event.kind === "hall_opened" || event.kind === "hall_closed") {
    next.hall = { ...next.hall, open: event.open === true, next_open: event.next_open ?? null }
  }
  if (event.kind === "notice_set") next.notice = event.notice ?? null
  return next
}

function moveCount(counts: Counts, event: HallEvent, by: "counter_type" | "service"): Counts {
  const { ticket, from } = event
  const left = from?.waits_for ?? []
  const joined = ticket?.waits_for ?? []
  if (left.length === 0 && joined.length === 0) return counts
  const next = { ...counts }
  for (const place of left) next[place[by]] = Math.max(0, (next[place[by]] ?? 0) - 1)
  for (const place of joined) next[place[by]] = (next[place[by]] ?? 0) + 1
  return next
}

function withCall(calls: BoardCall[], ticket: PublicTicket): BoardCall[] {
  const others = calls.filter((call) => call.number !== ticket.number)
  if (ticket.call_seq === null || !AT_COUNTER.includes(ticket.state)) return others
  const call: BoardCall = { ...ticket, at: ticket.last_called_at }
  return [...others, call].sort((a, b) => (b.call_seq ?? 0) - (a.call_seq ?? 0)).slice(0, CALLS_KEPT)
}

function withCounter<C extends PublicCounter>(counters: C[], changed: C): C[] {
  return counters.map((counter) => (counter.code === changed.code ? { ...counter, ...changed } : counter))
}

/** Who was called by voice while the server was away sits nowhere any more: whoever is at the counter stays there. */
function seatTicket(counters: StaffCounter[], ticket: StaffTicket, byHand: boolean): StaffCounter[] {
  const seat = AT_COUNTER.includes(ticket.state) && !byHand ? ticket.counter : null
  return counters.map((counter) => {
    if (counter.code === seat) return { ...counter, ticket }
    return counter.ticket && counter.ticket.id === ticket.id ? { ...counter, ticket: null } : counter
  })
}

function shelve(shelf: StaffTicket[], ticket: StaffTicket, state: string): StaffTicket[] {
  const others = shelf.filter((other) => other.id !== ticket.id)
  if (ticket.state === state) return [...others, ticket].sort((a, b) => a.id - b.id)
  return others.length === shelf.length ? shelf : others
}

/** Missed tickets come back after further calls of their counter type: a call brings them one nearer. */
function oneCallNearer(parked: StaffTicket[], called: StaffTicket): StaffTicket[] {
  return parked.map((one) => (one.counter_type === called.counter_type && one.returns_after ? { ...one, returns_after: one.returns_after - 1 } : one))
}

/** As what a ticket is counted: one that ended though nobody said that its visitor was there is no served one. */
function outcome(state: string, confirmed: boolean): string {
  return state === "completed" && !confirmed ? "unconfirmed" : state
}

function tally(today: Today, event: HallEvent): Today {
  const next = { ...today }
  if (event.kind === "ticket_issued") next.issued += 1
  const { from } = event
  const ticket = event.ticket as StaffTicket | undefined
  for (const state of CLOSING_STATES) {
    const was = from ? outcome(from.state, from.confirmed ?? true) === state : false
    const is = ticket ? outcome(ticket.state, ticket.started_at !== null) === state : false
    if (is !== was) next[state] += is ? 1 : -1
  }
  return next
}
