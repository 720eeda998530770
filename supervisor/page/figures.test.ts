import { describe, expect, it } from "vitest"
import { aCounter, aDevice, ago, aLine, aTicket, NOW } from "./cast"
import { counterFace, faceSince } from "./counters"
import { byTrouble, deviceStates, needsSomebody, queued, type DeviceState } from "./devices"
import { withFailure } from "./failures"
import { figuresOf } from "./figures"
import type { SeenDevice } from "./shapes"
import { NOTHING_TODAY } from "../../web/reduce"
import { arrange, folded, levelOf, type Row } from "./urgency"
import type { HallEvent } from "../../web/types"

const today = { ...NOTHING_TODAY, issued: 9, completed: 4, no_show: 1, cancelled: 2, open: 2 }

describe("the figures", () => {
  it("add up the queues and find the longest wait", () => {
    const services = [aLine("a", { waiting: 3, oldest_at: ago(12) }), aLine("b", { waiting: 1, oldest_at: ago(25) })]
    const counters = [aCounter("1"), aCounter("2", { state: "paused" }), aCounter("3", { state: "closed" })]
    expect(figuresOf({ waiting: { A: 3, B: 1 }, services, counters, today, now: NOW })).toEqual({
      waiting: 4,
      longestMin: 25,
      urgency: "long",
      target: 30,
      whose: null,
      open: 1,
      counters: 3,
      today,
    })
  })

  it("are measured by the hall's target and by what a newcomer is told", () => {
    const at = (more: object): string =>
      figuresOf({
        waiting: {},
        services: [aLine("a", { waiting: 9, oldest_at: ago(2), ...more })],
        counters: [],
        today,
        now: NOW,
      }).urgency
    expect(at({ target: 30, expected: { low: 5, high: 15 } })).toBe("calm")
    expect(at({ target: 10, expected: { low: 5, high: 15 } })).toBe("long")
    expect(at({ target: 30, expected: { low: 245, high: 465 } })).toBe("too_long")
    expect(at({ target: 3, oldest_at: ago(4) })).toBe("too_long")
    const beside = aLine("b", { target: 30, expected: { low: 245, high: 465 } })
    expect(levelOf(beside, NOW), "others fill its queue").toBe("too_long")
  })

  it("measure each class by its own target, and name it", () => {
    const booked = {
      code: "appointment",
      name: { "zh-CN": "预约", en: "Appointments" },
      waiting: 1,
      oldest_at: ago(12),
      target: 10,
    }
    const ordinary = {
      code: "ordinary",
      name: { "zh-CN": "现场取号", en: "Walk-ins" },
      waiting: 2,
      oldest_at: ago(5),
      target: 30,
    }
    const line = aLine("a", { waiting: 3, oldest_at: ago(12), target: 30, classes: [ordinary, booked] })
    const figures = figuresOf({ waiting: { A: 3 }, services: [line], counters: [], today, now: NOW })
    expect(figures).toMatchObject({ urgency: "too_long", target: 10, whose: { en: "Appointments" } })
    expect(levelOf(line, NOW)).toBe("too_long")
    const patient = { ...booked, oldest_at: ago(40), target: 60 }
    expect(
      levelOf(aLine("a", { waiting: 1, oldest_at: ago(40), target: 30, classes: [patient] }), NOW),
      "its own target is longer",
    ).toBe("long")
  })

  it("have no longest wait in an empty hall", () => {
    const empty = figuresOf({ waiting: {}, services: [aLine("a")], counters: [], today, now: NOW })
    expect(empty).toMatchObject({ waiting: 0, longestMin: null, urgency: "calm" })
  })
})

describe("the order of services", () => {
  const calm = aLine("calm")
  const busy = aLine("busy", { waiting: 2, oldest_at: ago(5) })
  const long = aLine("long", { waiting: 1, oldest_at: ago(30) })
  const unserved = aLine("unserved", { waiting: 1, oldest_at: ago(1), open_counters: 0 })
  const codes = (rows: Row[]): string[] => rows.map((row) => row.line.code)

  it("puts an unserved service above a long wait above the others", () => {
    expect([calm, busy, long, unserved].map((line) => levelOf(line, NOW))).toEqual([
      "calm",
      "waiting",
      "long",
      "unserved",
    ])
    expect(codes(arrange([], [calm, busy, long, unserved], NOW))).toEqual(["unserved", "long", "busy", "calm"])
  })

  it("does not move rows for a count", () => {
    const first = aLine("first", { waiting: 1, oldest_at: ago(1) })
    const before = arrange([], [first, busy], NOW)
    expect(codes(arrange(before, [first, { ...busy, waiting: 40 }], NOW + 1_000))).toEqual(["first", "busy"])
  })

  it("lets a row rise at once and sink only after half a minute", () => {
    const risen = arrange([], [calm, long], NOW)
    expect(codes(risen)).toEqual(["long", "calm"])
    const better = { ...long, waiting: 0, oldest_at: null }
    const soon = arrange(risen, [calm, better], NOW + 5_000)
    expect(codes(soon)).toEqual(["long", "calm"])
    expect(soon[0]!.level).toBe("calm")
    expect(codes(arrange(soon, [calm, better], NOW + 31_000))).toEqual(["calm", "long"])
  })

  it("moves nothing while somebody points at the table, yet shows the new state", () => {
    const before = arrange([], [calm, busy], NOW)
    const worse = { ...calm, waiting: 1, oldest_at: ago(50), open_counters: 0 }
    const pointed = arrange(before, [worse, busy], NOW, true)
    expect(codes(pointed)).toEqual(["busy", "calm"])
    expect(pointed[1]!.level).toBe("unserved")
    expect(codes(arrange(pointed, [worse, busy], NOW))).toEqual(["calm", "busy"])
  })
})

describe("a hall of many services", () => {
  const calm = Array.from({ length: 20 }, (_, n) => aLine(`calm${n}`))

  it("shows every row that needs somebody and folds the rest", () => {
    expect(folded(arrange([], calm, NOW))).toHaveLength(6)
    const late = Array.from({ length: 9 }, (_, n) => aLine(`late${n}`, { waiting: 1, oldest_at: ago(25) }))
    const rows = folded(arrange([], [...calm, aLine("busy", { waiting: 1, oldest_at: ago(1) }), ...late], NOW))
    expect(rows.map((row) => row.level)).toEqual(Array(9).fill("long"))
  })

  it("shows a service that gives no numbers, however calm it is", () => {
    const rows = folded(arrange([], [...calm, aLine("stopped", { open: false })], NOW))
    expect(rows[rows.length - 1]!.line.code).toBe("stopped")
    expect(rows).toHaveLength(7)
  })

  it("keeps a row in sight as long as it keeps its place", () => {
    const late = Array.from({ length: 7 }, (_, n) => aLine(`late${n}`, { waiting: 1, oldest_at: ago(25) }))
    const before = arrange([], [...calm, ...late], NOW)
    const served = late.map((line) => ({ ...line, waiting: 0, oldest_at: null }))
    expect(folded(arrange(before, [...calm, ...served], NOW + 1_000))).toHaveLength(7)
  })

  it("hides none that needs somebody while the pointer keeps the rows where they are", () => {
    const before = arrange([], calm, NOW)
    const late = calm.map((line, n) => (n > 15 ? { ...line, waiting: 2, oldest_at: ago(1), open_counters: 0 } : line))
    const rows = folded(arrange(before, late, NOW + 1_000, true))
    expect(rows.map((row) => row.line.code)).toEqual(
      [..."012345".split(""), "16", "17", "18", "19"].map((n) => `calm${n}`),
    )
  })

  it("folds nothing for the sake of one row", () => {
    expect(folded(arrange([], calm.slice(0, 7), NOW))).toHaveLength(7)
  })
})

describe("a counter", () => {
  it.each([
    ["closed", aCounter("1", { state: "closed" }), ago(30)],
    ["paused", aCounter("1", { state: "paused" }), ago(30)],
    ["idle", aCounter("1"), ago(30)],
    ["calling", aCounter("1", { ticket: aTicket() }), ago(2)],
    ["serving", aCounter("1", { ticket: aTicket({ state: "serving", started_at: ago(1) }) }), ago(1)],
    ["calling", aCounter("1", { state: "paused", ticket: aTicket() }), ago(2)],
  ])("is %s", (face, counter, since) => {
    expect([counterFace(counter), faceSince(counter)]).toEqual([face, since])
  })
})

describe("a device", () => {
  it.each<[DeviceState | DeviceState[], Partial<SeenDevice>]>([
    ["awaited", { alive: false, awaited: true }],
    ["silent", { alive: false, status: { sound: "on" } }],
    ["ok", { status: { sound: "on" } }],
    ["sound_blocked", { status: { sound: "blocked" } }],
    ["muted", { status: { sound: "muted" } }],
    ["sound_off", { status: { sound: "off" } }],
    ["dead", { kind: "announcer", status: { state: "dead" } }],
    ["degraded", { kind: "announcer", status: { state: "degraded" } }],
    ["paper_out", { kind: "printer", status: { paper: "out" } }],
    ["paper_low", { kind: "printer", status: { paper: "low" } }],
    ["numbers_refused", { kind: "kiosk", status: { refused: "A9001", to_hand_in: 2 } }],
    ["handing_in", { kind: "kiosk", status: { refused: "", to_hand_in: 2 } }],
    ["printer_error", { kind: "kiosk", status: { printer_error: "failed" } }],
    ["paper_out", { kind: "kiosk", status: { printer_error: "paper_out", paper: "out" } }],
    ["cover_open", { kind: "kiosk", status: { printer_error: "cover_open", paper: "ok" } }],
    ["printer_unreachable", { kind: "kiosk", status: { printer_error: "unreachable" } }],
    ["printer_offline", { kind: "kiosk", status: { printer_error: "offline" } }],
    [["numbers_refused", "paper_out"], { kind: "kiosk", status: { refused: "A9001", printer_error: "paper_out" } }],
    ["ok", { kind: "kiosk", status: {} }],
  ])("is %s", (state, change) => {
    expect(deviceStates(aDevice(change))).toEqual([state].flat())
  })

  it("that needs somebody comes first; a muted one does not", () => {
    const devices = [aDevice({ id: 1, status: { sound: "muted" } }), aDevice({ id: 2, alive: false })]
    expect(byTrouble(devices).map((device) => device.id)).toEqual([2, 1])
    expect(devices.map(needsSomebody)).toEqual([false, true])
  })

  it("that speaks says how much is left", () => {
    expect(queued(aDevice({ kind: "announcer", status: { queue: { a: 2, b: 1 } } }))).toBe(3)
    expect(queued(aDevice({ kind: "announcer" }))).toBeNull()
  })
})

describe("failed announcements", () => {
  const spoken = (seq: number, result: string): HallEvent => ({
    seq,
    prev: seq - 1,
    hall: "h",
    at: ago(0),
    kind: "announcement_spoken",
    number: `A${seq}`,
    zone: "hall",
    result,
    reason: "no voice",
  })

  it("are kept newest first, each once, and the spoken ones are not", () => {
    const events = [spoken(1, "failed"), spoken(2, "spoken"), spoken(3, "dropped"), spoken(1, "failed")]
    const kept = events.reduce(withFailure, [])
    expect(kept.map(({ seq, number, result }) => [seq, number, result])).toEqual([
      [3, "A3", "dropped"],
      [1, "A1", "failed"],
    ])
    expect(withFailure([], { ...spoken(4, "failed"), kind: "ticket_called" })).toEqual([])
  })

  it("are not kept for ever", () => {
    const kept = Array.from({ length: 40 }, (_, seq) => spoken(seq, "failed")).reduce(withFailure, [])
    expect([kept.length, kept[0]!.seq]).toEqual([12, 39])
  })
})
