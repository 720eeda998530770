import { flushPromises, mount, type VueWrapper } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { locale } from "../../../web/i18n"
import { toasts } from "../../../web/toasts"
import type { HallEvent } from "../../../web/types"
import { aHall, aTicket, ago, NOW } from "../cast"
import ServiceSwitch from "./ServiceSwitch.vue"
import type { DayAppointment, TimelineLine } from "./shapes"
import TicketDetails from "./TicketDetails.vue"
import VisitorsDialog from "./VisitorsDialog.vue"

const both = (zh: string, en: string): { "zh-CN": string; en: string } => ({ "zh-CN": zh, en })
const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answers: Record<string, unknown> = {}
const sent = (method: string): { url: string; body: unknown }[] =>
  asked.mock.calls
    .filter(([, init]) => init.method === method)
    .map(([url, init]) => ({ url, body: init.body ? JSON.parse(String(init.body)) : null }))
let page: VueWrapper

beforeEach(() => {
  locale.value = "en"
  for (const name of Object.keys(answers)) delete answers[name]
  asked.mockReset()
  asked.mockImplementation(async (url) => {
    const found = Object.keys(answers).find((end) => url.includes(end))
    return found === undefined
      ? new Response(JSON.stringify({ error: { code: "forbidden" } }), { status: 403 })
      : new Response(JSON.stringify(answers[found]))
  })
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  toasts.value = []
  locale.value = "zh-CN"
})

function line(kind: string, change: Partial<TimelineLine> = {}): TimelineLine {
  return {
    at: ago(10),
    kind,
    state: "waiting",
    service: "general",
    counter: null,
    by: "visitor",
    details: {},
    ...change,
  }
}

describe("a ticket", () => {
  beforeEach(() => {
    answers["/why"] = {
      number: "A001",
      called: true,
      counter: "3",
      policy: "balanced",
      reason: "STATUS",
      manual: null,
      overtaken_by: [],
      winner: { number: "A001", class: "priority", minutes: 20, score: 40, overdue: false },
      heads: [{ number: "A000", class: "ordinary", minutes: 25, score: 25, overdue: true }],
      overtaken: [{ number: "A000", reason: "STATUS", sentence: both("优先", "It counts twice.") }],
    }
    answers["/tickets/A001"] = {
      ticket: aTicket({ state: "waiting", counter: null }),
      contact: { phone: "*******8000" },
      timeline: [
        line("ticket_issued"),
        line("ticket_changed", { by: "boss", details: { what: "moved_up", minutes: 20, reason: "a baby" } }),
      ],
    }
  })

  it("tells what happened to it and what was weighed at its call", async () => {
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    expect(page.text()).toContain("*******8000")
    expect(page.findAll(".timeline li")[1]!.text()).toMatch(/Changed.*moved up · 20 min · a baby.*boss/)
    expect(page.findAll("tbody tr").map((row) => row.text())).toEqual([
      expect.stringContaining("called"),
      expect.stringContaining("overdue"),
    ])
    expect(page.get(".overtaken").text()).toContain("A000 It counts twice.")
  })

  it("is moved up with a reason, and not without one", async () => {
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    answers["/move-up"] = {}
    await page.get("form").trigger("submit")
    expect(sent("POST")).toEqual([])
    await page.get("form input").setValue(" came with a baby ")
    const amounts = page.findAll("form option")
    await amounts[amounts.length - 1]!.setValue()
    await page.get("form").trigger("submit")
    await flushPromises()
    expect(sent("POST")).toEqual([
      { url: "/api/v1/halls/h/tickets/A001/move-up", body: { front: true, reason: "came with a baby" } },
    ])
  })

  it("that is being served is neither moved nor brought back", async () => {
    answers["/tickets/A001"] = { ticket: aTicket({ state: "serving" }), contact: null, timeline: [] }
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    expect(page.find("form").exists()).toBe(false)
  })

  it.each(["parked", "no_show", "held"] as const)("that is %s is brought back with a reason", async (state) => {
    answers["/tickets/A001"] = { ticket: aTicket({ state, counter: null }), contact: null, timeline: [] }
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    answers["/return"] = {}
    expect(page.get("form button").text()).toContain("Back to the queue: A001")
    expect(page.get<HTMLButtonElement>("form button").element.disabled).toBe(true)
    await page.get("form input").setValue("stood at the wrong counter")
    await page.get("form").trigger("submit")
    await flushPromises()
    expect(sent("POST")).toEqual([
      { url: "/api/v1/halls/h/tickets/A001/return", body: { reason: "stood at the wrong counter" } },
    ])
  })

  it("says of a no-show whether it may come back", async () => {
    answers["/tickets/A001"] = {
      ticket: aTicket({ state: "no_show" }),
      contact: null,
      timeline: [
        line("ticket_no_show", { state: "parked" }),
        line("ticket_no_show", { state: "no_show" }),
        line("ticket_parked", { state: "parked", details: { because: "more_time" } }),
      ],
    }
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    expect(page.findAll(".timeline strong").map((one) => one.text())).toEqual([
      "Not there, may come back",
      "Not there, closed",
      "Lets others pass",
    ])
  })

  it("follows its own events, and calls while it waits, but nothing else", async () => {
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    const reads = (): number => asked.mock.calls.filter(([url]) => url.endsWith("/why")).length
    const event = (kind: string, number: string): HallEvent => ({
      seq: 9,
      prev: 8,
      hall: "h",
      at: "",
      kind,
      ticket: aTicket({ number }),
    })
    const after = async (last: HallEvent | null): Promise<number> => {
      await page.setProps({ last })
      await flushPromises()
      return reads()
    }
    expect(reads()).toBe(1)
    expect(await after(event("ticket_issued", "A002"))).toBe(1)
    expect(await after(event("ticket_called", "A002"))).toBe(2)
    answers["/tickets/A001"] = { ticket: aTicket({ state: "called" }), contact: null, timeline: [] }
    expect(await after(event("ticket_called", "A001"))).toBe(3)
    expect(page.get(".level").text()).toBe("Called")
    expect(await after(event("ticket_called", "A003"))).toBe(3)
    expect(await after(null)).toBe(4)
  })

  it.each([
    [
      { moved_up: { by: "boss", minutes: null, front: true, reason: "faints" } },
      "Moved before all others by boss: faints",
    ],
    [{ moved_up: { by: "boss", minutes: 20, front: false, reason: "a baby" } }, "Moved up by 20 min by boss: a baby"],
    [{ manual: { by: "alice", reason: "feels ill" }, moved_up: null }, "Called by hand by alice: feels ill"],
    [{}, "Priority by the rules of the hall."],
  ])("says why it was its turn", async (more, sentence) => {
    Object.assign(
      answers["/why"] as object,
      { winner: { number: "A001", class: "ordinary", minutes: 1441, score: 1441, overdue: false, front: true } },
      more,
    )
    page = mount(TicketDetails, { props: { hall: aHall(), number: "A001", last: null } })
    await flushPromises()
    expect(page.get(".because").text()).toBe(sentence)
    expect(page.get("tbody tr").text()).toContain("Before all others")
    expect(page.text()).not.toContain("1441")
  })
})

describe("the stop switch", () => {
  it("says until when it stops and is undone from the message", async () => {
    answers["/services/"] = {}
    page = mount(ServiceSwitch, {
      props: { hall: "h", code: "general", name: "General", open: true, timeZone: "Asia/Shanghai" },
      attachTo: document.body,
    })
    await page.get("button").trigger("click")
    const choices = [...document.querySelectorAll<HTMLElement>("[role=dialog] .stack button")]
    expect(choices.map((one) => one.textContent)).toEqual([
      expect.stringContaining("Today"),
      expect.stringContaining("Stop until then"),
      expect.stringContaining("Without an end"),
    ])
    choices[0]!.click()
    await flushPromises()
    toasts.value[0]!.action!.press()
    await flushPromises()
    expect(sent("PATCH").map((one) => one.body)).toEqual([{ open: false, until: "today" }, { open: true }])
  })
})

describe("today's visitors", () => {
  const one: DayAppointment = {
    id: 7,
    code: "ABC234",
    service: "general",
    service_name: both("综合", "General"),
    start: ago(-60),
    state: "booked",
    contact: { name: "陈**" },
  }
  const open = async (): Promise<void> => {
    const hall = aHall()
    hall.services[0]!.bookable = true
    page = mount(VisitorsDialog, { props: { hall, now: NOW, last: null }, attachTo: document.body })
    await flushPromises()
  }
  const dialog = (): HTMLElement => document.querySelector<HTMLElement>("[role=dialog]")!
  const press = async (words: string): Promise<void> => {
    ;[...dialog().querySelectorAll("button")].find((button) => button.textContent!.includes(words))!.click()
    await flushPromises()
  }

  beforeEach(() => {
    answers["/appointments?date=2026-11-23"] = {
      appointments: [one, { ...one, id: 8, code: "GONE22", state: "cancelled" }, { ...one, id: 9, state: "late" }],
    }
    answers["/slots"] = { slots: [{ free: 2 }, { free: 3 }] }
    answers["/persons"] = { many: 5, persons: [{ person: "ab12cd34", count: 6, live: 1, tickets: ["A001", "A002"] }] }
    answers["/notices"] = {
      channels: ["email"],
      notices: [
        {
          id: 1,
          kind: "cancelled",
          channel: "email",
          to: "c***@example.cn",
          number: null,
          code: "ABC234",
          state: "failed",
          created_at: ago(3),
          error: "timeout",
        },
      ],
    }
  })

  it("counts the appointments by their state, and cancels one when asked twice", async () => {
    await open()
    expect([...dialog().querySelectorAll(".counted li")].map((item) => item.textContent!.trim())).toEqual([
      "1 Expected",
      "0 Here",
      "1 Late",
      "0 Missed",
      "1 Cancelled",
      "5 Free places",
    ])
    expect(dialog().textContent).not.toContain("GONE22")
    await press("Cancel ABC234")
    expect(sent("DELETE")).toEqual([])
    answers["/appointments/7"] = {}
    await press("Cancel it")
    expect(sent("DELETE")[0]!.url).toBe("/api/v1/halls/h/appointments/7")
  })

  it("lists persons by a mark alone, and messages with what went wrong", async () => {
    await open()
    await press("Persons")
    expect(dialog().textContent).toMatch(/5 tickets or more.*ab12cd34.*6.*A001, A002/)
    await press("Messages")
    expect(dialog().textContent).toMatch(/Appointment cancelled.*ABC234.*c\*\*\*@example\.cn.*Failed.*timeout/)
  })

  it("says when something could not be read", async () => {
    delete answers["/persons"]
    await open()
    expect(dialog().querySelector("[role=alert]")!.textContent).toContain("cannot be read")
  })
})
