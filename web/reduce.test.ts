import { describe, expect, it } from "vitest"
import { NOTHING_TODAY, reducePublic, reduceStaff, reduceVisitor } from "./reduce"
import type { HallEvent, PublicSnapshot, StaffCounter, StaffSnapshot, StaffTicket, TicketState } from "./types"

const PLACE = { counter_type: "A", service: "id-card" }
const AT = "2026-11-23T09:00:00+08:00"

function ticket(number: string, state: TicketState, more: Partial<StaffTicket> = {}): StaffTicket {
  return {
    number,
    state,
    service: "id-card",
    counter_type: "A",
    counter: null,
    zone: null,
    call_seq: null,
    called_at: null,
    last_called_at: null,
    calls: 0,
    tags: [],
    language: "zh-CN",
    id: Number(number.slice(1)),
    class: "walk-in",
    status: null,
    channel: "kiosk",
    issued_at: AT,
    waiting_since: AT,
    started_at: null,
    ended_at: null,
    note: null,
    hold_until: null,
    came_from: null,
    no_shows: 0,
    asides: 0,
    quantity: 1,
    steps: [],
    due_at: null,
    slot: null,
    rating: null,
    reachable: false,
    returns_after: null,
    waits_for: state === "waiting" ? [PLACE] : [],
    ...more,
  }
}

const from = (state: TicketState, counter: string | null = null): HallEvent["from"] => ({
  state,
  counter,
  counter_type: "A",
  service: "id-card",
  zone: null,
  waits_for: state === "waiting" ? [PLACE] : [],
})
const event = (seq: number, kind: string, details: Partial<HallEvent>): HallEvent => ({
  seq,
  prev: seq - 1,
  hall: "h",
  at: AT,
  kind,
  ...details,
})
const called = (number: string, counter: string, call_seq: number): StaffTicket =>
  ticket(number, "called", { counter, call_seq, called_at: AT, last_called_at: AT, calls: 1 })

const counter = (code: string): StaffCounter => ({
  code,
  name: { "zh-CN": `${code} 号`, en: code },
  zone: null,
  state: "open",
  since: AT,
  reason: null,
  clerk: null,
  ticket: null,
})
const hall = { code: "h", open: true, next_open: null } as StaffSnapshot["hall"]
const staff: StaffSnapshot = {
  seq: 1,
  hall,
  waiting: { by_type: {}, by_service: {} },
  counters: [counter("1"), counter("2")],
  held: [],
  parked: [],
  notice: null,
  open_override: null,
  today: { ...NOTHING_TODAY },
}
const board: PublicSnapshot = {
  seq: 1,
  hall,
  zone: null,
  calls: [],
  waiting: { A: 2 },
  expected: {},
  counters: staff.counters,
  notice: null,
}
const play = (events: HallEvent[], start: StaffSnapshot = staff): StaffSnapshot => events.reduce(reduceStaff, start)

describe("staff", () => {
  const issued = event(2, "ticket_issued", { ticket: ticket("A001", "waiting"), from: null })
  const call = event(3, "ticket_called", { ticket: called("A001", "1", 3), from: from("waiting") })

  it("counts who waits and who came", () => {
    const after = play([issued])
    expect(after.waiting).toEqual({ by_type: { A: 1 }, by_service: { "id-card": 1 } })
    expect(after.today.issued).toBe(1)
    expect(after.seq).toBe(2)
  })

  it("seats a called ticket at its counter and takes it away when it is completed", () => {
    const seated = play([issued, call])
    expect(seated.counters[0]?.ticket?.number).toBe("A001")
    expect(seated.waiting.by_type).toEqual({ A: 0 })
    const done = ticket("A001", "completed", { counter: "1", call_seq: 3, started_at: AT })
    const after = play([event(4, "ticket_completed", { ticket: done, from: from("called", "1") })], seated)
    expect(after.counters[0]?.ticket).toBeNull()
    expect(after.today.completed).toBe(1)
  })

  it("leaves whoever is at the counter there when a call by voice is entered afterwards", () => {
    const byVoice = [
      event(4, "ticket_called", { ticket: called("A002", "1", 4), from: from("waiting"), by_hand: true }),
      event(5, "ticket_completed", {
        ticket: ticket("A002", "completed", { counter: "1", call_seq: 4, started_at: AT }),
        from: from("called", "1"),
      }),
    ]
    const after = play([issued, call, ...byVoice])
    expect(after.counters[0]?.ticket?.number).toBe("A001")
    expect(after.today.completed).toBe(1)
  })

  it("moves a ticket that another counter took", () => {
    const after = play([
      issued,
      call,
      event(4, "ticket_called", { ticket: called("A001", "2", 4), from: from("called", "1") }),
    ])
    expect(after.counters.map((one) => one.ticket?.number ?? null)).toEqual([null, "A001"])
  })

  it("keeps held and parked tickets in the order of their ids, and lets them go", () => {
    const held = play([
      event(4, "ticket_held", { ticket: ticket("A002", "held"), from: from("called", "1") }),
      event(5, "ticket_held", { ticket: ticket("A001", "held"), from: from("called", "2") }),
      event(6, "ticket_no_show", { ticket: ticket("A003", "parked"), from: from("called", "2") }),
    ])
    expect(held.held.map((one) => one.number)).toEqual(["A001", "A002"])
    expect(held.parked.map((one) => one.number)).toEqual(["A003"])
    expect(held.today.no_show).toBe(0)
    const back = play([event(7, "ticket_returned", { ticket: called("A001", "1", 7), from: from("held") })], held)
    expect(back.held.map((one) => one.number)).toEqual(["A002"])
  })

  it("gives a tally back when a closing is undone", () => {
    const done = event(4, "ticket_completed", {
      ticket: ticket("A001", "completed", { started_at: AT }),
      from: from("serving", "1"),
    })
    const undone = event(5, "ticket_undone", { ticket: called("A001", "1", 3), from: from("completed") })
    const after = play([issued, call, done, undone])
    expect(after.today.completed).toBe(0)
    expect(after.counters[0]?.ticket?.number).toBe("A001")
  })

  it("counts apart who was completed without a word that they came", () => {
    const done = event(4, "ticket_completed", { ticket: ticket("A001", "completed"), from: from("called", "1") })
    expect(play([done]).today).toMatchObject({ completed: 0, unconfirmed: 1 })
    const origin = { ...from("completed")!, confirmed: false }
    const undone = event(5, "ticket_undone", { ticket: called("A001", "1", 3), from: origin })
    expect(play([done, undone]).today).toMatchObject({ completed: 0, unconfirmed: 0 })
  })

  it("takes a counter, a notice, the hours and a changed hall as they come", () => {
    const notice = { text: { "zh-CN": "通知", en: "Notice" }, level: "info" as const, at: AT }
    const after = play([
      event(2, "counter_paused", { counter: { ...counter("2"), state: "paused", reason: "lunch" } }),
      event(3, "notice_set", { notice }),
      event(4, "hall_closed", { open: false, next_open: AT }),
    ])
    expect(after.counters[1]).toMatchObject({ state: "paused", reason: "lunch" })
    expect(after.notice).toEqual(notice)
    expect(after.hall).toMatchObject({ open: false, next_open: AT })
    const changed = play([event(5, "policy_changed", { hall_config: { ...hall, code: "new" } })], after)
    expect(changed.hall.code).toBe("new")
  })

  it("changes nothing in what it was given", () => {
    const before = JSON.stringify(staff)
    play([issued, call])
    expect(JSON.stringify(staff)).toBe(before)
  })
})

describe("public", () => {
  it("keeps the calls newest first, at most 30, one for each number", () => {
    const calls = Array.from({ length: 35 }, (_, i) =>
      event(i + 2, "ticket_called", { ticket: called(`A${100 + i}`, "1", i + 2), from: from("waiting") }),
    )
    const after = calls.reduce(reducePublic, board)
    expect(after.calls).toHaveLength(30)
    expect(after.calls[0]).toMatchObject({ number: "A134", at: AT })
    const again = event(40, "ticket_called", { ticket: called("A120", "2", 40), from: from("parked") })
    const moved = reducePublic(after, again)
    expect(moved.calls.slice(0, 2).map((one) => one.number)).toEqual(["A120", "A134"])
    expect(moved.calls).toHaveLength(30)
  })

  it("lets a recall keep its row, and an undone call lose it", () => {
    const first = reducePublic(
      board,
      event(2, "ticket_called", { ticket: called("A001", "1", 2), from: from("waiting") }),
    )
    const second = reducePublic(
      first,
      event(3, "ticket_called", { ticket: called("A002", "2", 3), from: from("waiting") }),
    )
    const later = "2026-11-23T09:05:00+08:00"
    const recalled = { ...called("A001", "1", 2), calls: 2, last_called_at: later }
    const third = reducePublic(second, event(4, "ticket_recalled", { ticket: recalled, from: from("called", "1") }))
    expect(third.calls.map((one) => [one.number, one.calls])).toEqual([
      ["A002", 1],
      ["A001", 2],
    ])
    expect(third.calls[1]?.at).toBe(later)
    const undone = event(5, "ticket_undone", { ticket: ticket("A001", "waiting"), from: from("called", "1") })
    expect(reducePublic(third, undone)).toMatchObject({ waiting: { A: 1 }, calls: [{ number: "A002" }] })
  })
})

describe("visitor", () => {
  it("is the newest ticket", () => {
    const before = { number: "A001", state: "waiting", seq: 1 } as never
    const now = { number: "A001", state: "called", seq: 0 } as never
    expect(reduceVisitor(before, { ...event(7, "ticket_called", {}), ticket: now } as never)).toMatchObject({
      state: "called",
      seq: 7,
    })
  })
})
