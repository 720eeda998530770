import { describe, expect, it } from "vitest"
import { setLocale } from "../../web/i18n"
import type { Hall, TicketState } from "../../web/types"
import { faceOf, isCalled, isOver, isQueued, isSoon, wasTransferred, type Face } from "./faces"
import { momentText } from "../../web/time"
import { counterText, headline, titleOf, waitText, whatToDo } from "./sentences"
import { aHall, aTicket, calledTo } from "./cast"

const NOW = Date.parse("2026-11-23T09:00:00+08:00")
const STATES: TicketState[] = [
  "scheduled",
  "waiting",
  "called",
  "serving",
  "held",
  "parked",
  "completed",
  "no_show",
  "cancelled",
  "expired",
]

describe("the face of a ticket", () => {
  it("is soon within ten minutes or at one ahead, and not before", () => {
    expect(isSoon(1, { low: 15, high: 35 })).toBe(true)
    expect(isSoon(9, { low: 5, high: 10 })).toBe(true)
    expect(isSoon(3, { low: 15, high: 35 })).toBe(false)
    expect(isSoon(9, { low: 5, high: 11 })).toBe(false)
    expect(isSoon(null, null)).toBe(false)
    expect(isSoon(0, null), "nobody is on duty").toBe(false)
  })

  it.each<[Face, ReturnType<typeof aTicket>, boolean]>([
    ["waiting", aTicket({ ahead: 9 }), false],
    ["soon", aTicket({ ahead: 1 }), true],
    ["waiting", aTicket({ ahead: 3 }), false],
    ["transferred", aTicket({ ahead: 9 }), true],
    ["transferred", aTicket({ ahead: 1, wait: null }), true],
    ["waiting", aTicket({ ahead: 1, wait: null }), false],
    ["closed", aTicket({ ahead: 1, open: false }), true],
    ["called", calledTo("5"), false],
    ["recalled", calledTo("5", { calls: 2 }), true],
    ["parked", aTicket({ state: "parked", open: false }), false],
  ])("%s", (face, ticket, transferred) => {
    expect(faceOf(ticket, transferred)).toBe(face)
  })

  it("knows a transferred number by the letter of another queue", () => {
    const hall = aHall()
    expect(wasTransferred(aTicket({ number: "A013", counter_type: "A" }), hall)).toBe(false)
    expect(wasTransferred(aTicket({ number: "A013", counter_type: "B" }), hall)).toBe(true)
    expect(wasTransferred(aTicket({ counter_type: "B" }), null)).toBe(false)
  })

  it("knows a queue by its range where two share a prefix or have none", () => {
    const types = {
      counter_types: [
        { code: "A", name: { "zh-CN": "x", en: "x" }, prefix: "", first: 1, last: 99 },
        { code: "B", name: { "zh-CN": "x", en: "x" }, prefix: "", first: 500, last: 899 },
      ],
    }
    expect(wasTransferred(aTicket({ number: "512", counter_type: "B" }), types)).toBe(false)
    expect(wasTransferred(aTicket({ number: "512", counter_type: "A" }), types)).toBe(true)
    expect(wasTransferred(aTicket({ number: "9001", counter_type: "A" }), types)).toBe(false)
  })

  it("puts every state into one of queued, called, at the counter, over or aside", () => {
    const kinds = STATES.map((state) => {
      const face = faceOf(aTicket({ state, ahead: 9 }), false)
      return [isQueued(face), isCalled(face), isOver(face)].filter(Boolean).length
    })
    expect(kinds).toEqual([0, 1, 1, 0, 0, 0, 1, 1, 1, 1])
  })
})

describe("what it says", () => {
  it.each(STATES)("has a sentence, an advice and a title for %s in both languages", (state) => {
    const ticket = aTicket({ state, ahead: 9, counter: "5" })
    const face = faceOf(ticket, false)
    const spoken = (["zh-CN", "en"] as const).map((language) => {
      setLocale(language)
      return [headline(face, ticket, null), whatToDo(face, ticket, null, NOW), titleOf(face, ticket)]
    })
    expect(spoken.flat().every((sentence) => sentence.length > 3 && !sentence.includes("{"))).toBe(true)
    expect(spoken[0]![0]).not.toBe(spoken[1]![0])
    expect(spoken[0]![2]).toMatch(/^A013/)
  })

  it("names the place of a transfer, the counter of a call and the next opening", () => {
    setLocale("en")
    const hall: Hall = aHall({ open: false, next_open: "2026-11-24T09:00:00+08:00" })
    expect(headline("transferred", aTicket({ counter_type: "B" }), hall)).toContain("Business registration")
    expect(titleOf("called", calledTo("5"))).toBe("A013 → Counter 5")
    const ends = (ends_at: string | null): string => whatToDo("closed", aTicket({ ends_at }), hall, NOW)
    expect([ends(null), ends("2026-11-25T04:00:00+08:00")].every((said) => said.includes("is kept"))).toBe(true)
    expect(ends("2026-11-24T04:00:00+08:00"), "it ends before").toMatch(/not kept.*tomorrow 09:00/)
    expect(whatToDo("closed", aTicket(), hall, NOW)).toContain("tomorrow 09:00")
    const of = (at: string, now = NOW): string => momentText(at, now, "Asia/Shanghai")
    expect(of("2026-11-23T14:00:00+08:00")).toBe("14:00")
    expect(of("2026-11-25T08:00:00+08:00")).toBe("Wed, Nov 25 08:00")
    expect(of("2026-11-22T23:50:00+08:00")).toBe("yesterday 23:50")
    expect(of("2026-11-24T00:10:00+08:00", Date.parse("2026-11-23T23:55:00+08:00"))).toBe("tomorrow 00:10")
    expect(whatToDo("held", aTicket({ due_at: "2026-11-24T09:00:00+08:00" }), hall, NOW)).toContain("tomorrow 09:00")
    setLocale("zh-CN")
    expect(of("2026-11-24T08:00:00+08:00")).toBe("明天 08:00")
  })

  it("names the day of an appointment after midnight", () => {
    setLocale("en")
    const late = aTicket({ state: "scheduled", due_at: "2026-11-24T00:15:00+08:00" })
    expect(whatToDo("scheduled", late, aHall(), NOW)).toContain("tomorrow 00:15")
  })

  it("makes a counter's name from its code where it has none", () => {
    setLocale("zh-CN")
    expect(counterText(calledTo("5", { counter_name: null }))).toBe("5 号窗口")
  })

  it("lets the hall say what to do after a missed call", () => {
    setLocale("zh-CN")
    const hall = aHall()
    hall.texts.missed = { "zh-CN": "请到二楼服务台。", en: "Go upstairs." }
    expect(whatToDo("parked", aTicket({ state: "parked" }), hall, NOW)).toBe("请到二楼服务台。")
    expect(whatToDo("parked", aTicket({ state: "parked", can_rejoin: true }), null, NOW)).toContain("重新排队")
  })

  it("says of a number that is kept where to come back to", () => {
    setLocale("zh-CN")
    const held = aTicket({ state: "held", counter: "1", counter_name: null })
    expect(whatToDo("held", held, null, NOW)).toBe("做完后请直接回到1 号窗口，不用重新取号。")
    expect(whatToDo("held", { ...held, due_at: "2026-11-23T10:30:00+08:00" }, aHall(), NOW)).toContain("10:30")
  })

  it("shows a wait as a range, and says when there is none", () => {
    setLocale("en")
    expect(waitText(aTicket({ wait: { low: 12, high: 21 } }))).toBe("10–25 min")
    expect(waitText(aTicket({ wait: null }))).toBe("no counter is open for it yet")
    expect(waitText(aTicket({ wait: null, state: "scheduled" }))).toBe("no estimate yet")
  })
})
