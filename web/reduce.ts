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
const COLUMNS: (keyof Today)[] = [
  "completed",
  "unconfirmed",
  "no_show",
  "removed",
  "cancelled",
  "not_served",
  "unfinished",
  "open",
]
const ENDED = ["completed", "no_show", "cancelled"]
export const NOTHING_TODAY: Readonly<Today> = {
  issued: 0,
  kept_before: 0,
  completed: 0,
  unconfirmed: 0,
  no_show: 0,
  removed: 0,
  cancelled: 0,
  not_served: 0,
  unfinished: 0,
  open: 0,
}
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
  if (event.kind === "day_ended")
    next.today = { ...NOTHING_TODAY, kept_before: next.today.open ?? 0, open: next.today.open ?? 0 }
  if (ticket) {
    next.waiting = {
      by_type: moveCount(next.waiting.by_type, event, "counter_type"),
      by_service: moveCount(next.waiting.by_service, event, "service"),
    }
    next.counters = seatTicket(next.counters, ticket, event.by_hand === true)
    next.held = shelve(next.held, ticket, "held")
    next.parked = shelve(
      event.kind === "ticket_called" ? oneCallNearer(next.parked, ticket) : next.parked,
      ticket,
      "parked",
    )
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
  return parked.map((one) =>
    one.counter_type === called.counter_type && one.returns_after
      ? { ...one, returns_after: one.returns_after - 1 }
      : one,
  )
}

interface Counted {
  state: string
  confirmed: boolean
  removed: boolean
  called: boolean
}

/** The column of the day in which a ticket is counted (server/domain/outcomes.py). */
function outcome({ state, confirmed, removed, called }: Counted): string {
  if (state === "completed" && !confirmed) return "unconfirmed"
  if (state === "cancelled" && removed) return "removed"
  if (state === "expired") return called ? "unfinished" : "not_served"
  return ENDED.includes(state) ? state : "open"
}

function tally(today: Today, event: HallEvent): Today {
  const { from } = event
  const ticket = event.ticket as StaffTicket | undefined
  // A number of an earlier day that a machine handed in late is none of today's.
  if (!from && event.kind !== "ticket_issued") return today
  const next = { ...today, issued: today.issued + (from ? 0 : 1) }
  const before = from
    ? outcome({ state: from.state, confirmed: from.confirmed ?? true, removed: from.removed ?? false, called: false })
    : null
  const now = ticket
    ? outcome({
        state: ticket.state,
        confirmed: ticket.started_at !== null,
        removed: ticket.removed ?? false,
        called: ticket.called_at !== null,
      })
    : null
  for (const column of COLUMNS) next[column] = (next[column] ?? 0) + Number(now === column) - Number(before === column)
  return next
}
