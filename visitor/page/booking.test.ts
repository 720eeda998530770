import { flushPromises, mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { locale } from "../../web/i18n"
import type { Appointment, Hall, Slot } from "../../web/types"
import AppointmentPage from "./AppointmentPage.vue"
import BookPage from "./BookPage.vue"
import { dateText, daysFrom, lacking, nearest } from "./booking"
import { keepBooking } from "./bookings"
import { aHall, aTicket } from "./cast"
import RatingPanel from "./RatingPanel.vue"
import WhyPanel from "./WhyPanel.vue"

const slot = (clock: string, free: number): Slot => ({
  start: `2026-11-24T${clock}:00+08:00`,
  end: `2026-11-24T${clock}:00+08:00`,
  free,
  capacity: 2,
})
const hall = aHall({
  booking: { days_ahead: 2, cancel_minutes: 120, early_minutes: 5, grace_minutes: 10 },
  limits: { identify: "none", phone_metres: null },
  services: [
    {
      code: "general",
      name: { "zh-CN": "综合", en: "General" },
      counter_type: "A",
      group: null,
      open: true,
      bookable: true,
      slot_minutes: 15,
    },
  ],
})
const mine: Appointment = {
  code: "K7M4QX",
  token: "tok",
  hall: "h",
  hall_name: hall.name,
  service: "general",
  service_name: hall.services[0]!.name,
  start: slot("10:00", 1).start,
  end: slot("10:15", 1).start,
  state: "booked",
  status: null,
  language: "en",
  contact: null,
  can_change: true,
  can_cancel: true,
  change_until: slot("08:00", 1).start,
  can_check_in: false,
  check_in_from: "2026-11-24",
  called_from: slot("09:55", 1).start,
  grace_until: slot("10:10", 1).start,
  ticket: null,
  number: null,
  url: "http://x/a/tok",
  calendar_url: "http://x/c.ics",
  time: slot("07:00", 1).start,
}
let answers: Record<string, { status?: number; body: unknown }>
let asked: { method: string; path: string; body: unknown }[]

beforeEach(() => {
  locale.value = "en"
  asked = []
  answers = {
    "GET /halls": { body: { halls: [{ code: "h", name: hall.name }] } },
    "GET /halls/h": { body: hall },
    "GET /halls/h/slots/days": { body: { days: [{ date: "2026-11-24", free: 3 }] } },
    "GET /halls/h/slots": { body: { slots: [slot("10:00", 2), slot("10:15", 0), slot("10:30", 1)] } },
    "GET /appointments/tok": { body: mine },
  }
  vi.stubGlobal("fetch", (url: string, init: { method: string; body?: string }) => {
    const path = url.replace("/api/v1", "").split("?")[0]!
    asked.push({ method: init.method, path, body: init.body ? JSON.parse(init.body) : null })
    const { status = 200, body } = answers[`${init.method} ${path}`] ?? {
      status: 404,
      body: { error: { code: "unknown_route", params: {}, message: "" } },
    }
    return Promise.resolve({ ok: status < 300, status, json: () => Promise.resolve(body) })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  locale.value = "zh-CN"
})
const sent = (method: string): unknown => asked.filter((one) => one.method === method).pop()?.body

describe("a date inside a sentence", () => {
  it("has no blanks between Chinese signs", () => {
    expect(dateText("2026-11-28")).toMatch(/^Sat /)
    locale.value = "zh-CN"
    expect(dateText("2026-11-28")).toBe("11月28日周六")
  })
})

describe("booking", () => {
  it("says of a day without places why, and counts days by the hall's clock", async () => {
    const days = [
      ["24", 3, null],
      ["25", 0, "full"],
      ["28", 0, "closed"],
      ["29", 0, "past"],
      ["30", 0, "not_yet"],
    ]
    answers["GET /halls/h/slots/days"] = {
      body: { days: days.map(([day, free, why]) => ({ date: `2026-11-${day}`, free, why })) },
    }
    const page = mount(BookPage, { props: { go: vi.fn() } })
    await flushPromises()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    expect(page.findAll(".days .left").map((one) => one.text())).toEqual([
      "3 free",
      "full",
      "closed",
      "over",
      "not yet",
    ])
    locale.value = "zh-CN"
    await flushPromises()
    expect(page.findAll(".days .left").map((one) => one.text())).toEqual(["余 3", "已满", "不办理", "已过", "未开放"])
    answers["GET /halls/h/slots"] = { body: { slots: [], why: "closed" } }
    await page.findAll(".days button")[2]!.trigger("click")
    await flushPromises()
    expect(page.text()).toContain("这一天不办理此业务")
  })

  it("leads from a service and a time to the appointment's page", async () => {
    answers["POST /halls/h/appointments"] = { status: 201, body: mine }
    const go = vi.fn()
    const page = mount(BookPage, { props: { go }, attachTo: document.body })
    await flushPromises()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    const times = page.findAll(".slots button")
    expect(page.find(".days").text()).toContain("3 free")
    expect(times.map((one) => one.text().replace(/\s+/g, " "))).toEqual(["10:002 free", "10:15full", "10:301 free"])
    expect(times[1]!.attributes("disabled")).toBeDefined()
    await times[2]!.trigger("click")
    await page.find('input[type="tel"]').setValue(" 13800138000 ")
    await page
      .findAll("button")
      .find((one) => one.text().startsWith("Book "))!
      .trigger("click")
    await flushPromises()
    expect(sent("POST")).toEqual({
      service: "general",
      start: slot("10:30", 1).start,
      phone: "13800138000",
      language: "en",
    })
    expect(go).toHaveBeenCalledWith("/a/tok")
    page.unmount()
  })

  it("offers the nearest free times when the chosen one was just taken", async () => {
    answers["POST /halls/h/appointments"] = {
      status: 409,
      body: { error: { code: "slot_full", params: {}, message: "full" } },
    }
    const page = mount(BookPage, { props: { go: vi.fn() }, attachTo: document.body })
    await flushPromises()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    await page.findAll(".slots button")[0]!.trigger("click")
    await page
      .findAll("button")
      .find((one) => one.text().startsWith("Book "))!
      .trigger("click")
    await flushPromises()
    expect(page.text()).toContain("That time was just taken")
    expect(page.findAll(".near button").map((one) => one.text())).toEqual(["10:30"])
    page.unmount()
  })

  it("says a refusal above its button, and not over it", async () => {
    answers["POST /halls/h/appointments"] = {
      status: 409,
      body: { error: { code: "hall_closed", params: {}, message: "" } },
    }
    const page = mount(BookPage, { props: { go: vi.fn() }, attachTo: document.body })
    await flushPromises()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    await page.findAll(".slots button")[0]!.trigger("click")
    await page
      .findAll("button")
      .find((one) => one.text().startsWith("Book "))!
      .trigger("click")
    await flushPromises()
    expect(page.find("[role=alert]").text()).toContain("closed")
    expect(page.find("[role=alert] + button").text()).toMatch(/^Book /)
    page.unmount()
  })

  it("says so where nothing can be booked, and when the server is away", async () => {
    answers["GET /halls/h"] = { body: aHall() }
    const none = mount(BookPage)
    await flushPromises()
    expect(none.text()).toContain("takes no appointments")
    vi.stubGlobal("fetch", () => Promise.reject(new Error("cut")))
    const away = mount(BookPage)
    await flushPromises()
    expect(away.text()).toContain("The server cannot be reached")
  })
})

describe("what the booking page says", () => {
  const open = async () => {
    const page = mount(BookPage, { props: { go: vi.fn() }, attachTo: document.body })
    await flushPromises()
    return page
  }
  const many = (change: Partial<Hall> = {}): Hall => ({
    ...hall,
    ...change,
    services: ["护照", "户口", "税务", "a", "b", "c", "d", "e", "f"].map((zh, n) => ({
      code: `s${n}`,
      name: { "zh-CN": zh, en: `Service ${n}` },
      counter_type: "A",
      group: null,
      open: true,
      bookable: true,
      slot_minutes: 20,
      search: n === 1 ? { pinyin: "hukou", initials: "hk" } : undefined,
    })),
  })

  it("services as tiles with how long they take, found by name, pinyin and initials", async () => {
    answers["GET /halls/h"] = { body: many() }
    const page = await open()
    expect(page.findAll(".tiles button").map((one) => one.text())[0]).toBe("Service 0about 20 min")
    const field = page.get("input[type=search]")
    for (const typed of ["户口", "hukou", "hk", "Service 1"]) {
      await field.setValue(typed)
      expect(page.findAll(".tiles .label").map((one) => one.text())).toEqual(["Service 1"])
    }
    await field.setValue("zzz")
    expect(page.text()).toContain("There is no such service.")
    page.unmount()
  })

  it("halves of the day, and a phone number that the server knows to be none", async () => {
    const page = await open()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    expect(page.findAll("h3").map((one) => one.text())).toEqual(["Morning"])
    await page.findAll(".slots button")[0]!.trigger("click")
    await page.find('input[type="tel"]').setValue("13800138")
    const book = page.findAll("button").find((one) => one.text().startsWith("Book "))!
    const wrong = {
      code: "invalid",
      message: "",
      params: { field: "phone", reason: "it should look like 131 2345 6789", reason_zh: "应像 131 2345 6789" },
    }
    answers["POST /halls/h/appointments"] = { status: 422, body: { error: wrong } }
    await book.trigger("click")
    await flushPromises()
    expect(page.get("#bad-phone").text()).toContain("131 2345 6789")
    expect(book.attributes("disabled")).toBeDefined()
    await page.find('input[type="tel"]').setValue("+852 9123 4567")
    expect(page.find("#bad-phone").exists()).toBe(false)
    page.unmount()
  })

  it.each([
    [[], "no reminder is sent"],
    [["phone"], "By Phone you are reminded"],
    [["email", "phone"], "By E-mail or Phone you are reminded"],
  ])("a reminder where one can leave: %s", async (by, said) => {
    answers["GET /halls/h"] = { body: { ...hall, reminds_by: by } }
    const page = await open()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    await page.findAll(".slots button")[0]!.trigger("click")
    expect(page.text()).toContain(said)
    page.unmount()
  })

  it("an appointment of another phone is found by code and phone number, and kept on this one", async () => {
    localStorage.clear()
    const go = vi.fn()
    const page = mount(BookPage, { props: { go }, attachTo: document.body })
    await flushPromises()
    await page.get(".find .link").trigger("click")
    const [code, phone] = page.findAll(".find input")
    await code!.setValue("k7m-4qx ")
    await phone!.setValue("+86 138 0013 8000")
    answers["POST /halls/h/appointments/find"] = {
      status: 404,
      body: { error: { code: "no_such_booking", params: {}, message: "No appointment has this code" } },
    }
    await page.get(".find form").trigger("submit")
    await flushPromises()
    expect(page.get(".find [role=alert]").text()).toContain("No appointment has this code")
    answers["POST /halls/h/appointments/find"] = { body: { ...mine, start: "2099-11-24T10:00:00+08:00" } }
    await page.get(".find form").trigger("submit")
    await flushPromises()
    expect(sent("POST")).toEqual({ code: "k7m-4qx", phone: "+86 138 0013 8000" })
    expect(go).toHaveBeenCalledWith("/a/tok")
    expect(localStorage.getItem("hallcall.visitor.bookings")).toContain("tok")
    localStorage.clear()
    page.unmount()
  })

  it("where the hall is and what to bring, before and after", async () => {
    const both = (text: string) => ({ "zh-CN": text, en: text })
    const place = { address: both("8 Fuzhong Road"), getting_there: both("Metro, exit B") }
    answers["GET /halls/h"] = {
      body: { ...hall, ...place, services: [{ ...hall.services[0]!, bring: [both("ID card")] }] },
    }
    answers["GET /appointments/tok"] = { body: { ...mine, ...place, bring: [both("ID card")] } }
    const page = await open()
    await page.find(".tiles button").trigger("click")
    await flushPromises()
    const after = mount(AppointmentPage, { props: { token: "tok" } })
    await flushPromises()
    for (const one of [page, after]) expect(one.get(".where").text()).toMatch(/8 Fuzhong Road.*Metro, exit B.*ID card/s)
    page.unmount()
    after.unmount()
  })

  it("what this phone has booked, until it is cancelled", async () => {
    localStorage.clear()
    keepBooking({ ...mine, start: "2099-11-24T10:00:00+08:00" })
    const page = await open()
    expect(page.get(".mine a").attributes("href")).toBe("/a/tok")
    expect(page.get(".mine").text()).toContain("K7M4QX")
    page.unmount()
    keepBooking({ ...mine, state: "cancelled" })
    const after = await open()
    expect(after.find(".mine").exists()).toBe(false)
    after.unmount()
  })
})

describe("an appointment's page", () => {
  const shown = async (change: Partial<Appointment> = {}) => {
    answers["GET /appointments/tok"] = { body: { ...mine, ...change } }
    const go = vi.fn()
    const page = mount(AppointmentPage, { props: { token: "tok", go }, attachTo: document.body })
    await flushPromises()
    return { page, go }
  }

  it("shows code, time and what to do", async () => {
    const { page } = await shown()
    for (const text of ["K7M4QX", "10:00", "may be called from 09:55", "after 10:10 you wait as a walk-in"])
      expect(page.text()).toContain(text)
    expect(page.text()).not.toContain("I am at the hall")
    page.unmount()
  })

  it("checks in on the day and goes to the ticket", async () => {
    answers["POST /appointments/tok/check-in"] = { status: 201, body: aTicket({ token: "t9" }) }
    const { page, go } = await shown({ can_check_in: true })
    await page
      .findAll("button")
      .find((one) => one.text().includes("I am at the hall"))!
      .trigger("click")
    await flushPromises()
    expect(go).toHaveBeenCalledWith("/t/t9")
    page.unmount()
  })

  it("gives another time from its own day on, its present time marked", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-23T08:00:00+08:00"), toFake: ["Date"] })
    try {
      answers["PATCH /appointments/tok"] = { body: { ...mine, start: slot("10:30", 1).start } }
      const { page } = await shown()
      await page
        .findAll("button")
        .find((one) => one.text() === "Another time")!
        .trigger("click")
      await flushPromises()
      expect(page.find(".days [aria-pressed=true]").text()).toContain("24")
      const own = page.find(".slots .own")
      expect([own.text(), own.attributes("disabled")]).toEqual([expect.stringContaining("yours"), ""])
      await page.findAll(".slots button")[2]!.trigger("click")
      await page
        .findAll("button")
        .find((one) => one.text().startsWith("Move to "))!
        .trigger("click")
      await flushPromises()
      expect(sent("PATCH")).toEqual({ start: slot("10:30", 1).start })
      expect(page.find(".done").text()).toContain("10:30")
      expect(page.find(".done").text()).toMatch(/^Moved to/)
      locale.value = "zh-CN"
      await flushPromises()
      expect(page.find(".done").text()).toMatch(/^已改到/)
      page.unmount()
    } finally {
      vi.useRealTimers()
    }
  })

  it("says why it can be changed no longer", async () => {
    const { page } = await shown({ can_change: false, can_cancel: false })
    expect(page.text()).toContain("08:00 it can no longer be changed or cancelled here")
    locale.value = "zh-CN"
    await flushPromises()
    expect(page.text()).toContain("08:00 后不能在此更改或取消")
    page.unmount()
  })

  it("asks before it cancels, and says that it did", async () => {
    answers["DELETE /appointments/tok"] = { body: { ...mine, state: "cancelled", can_change: false } }
    const { page } = await shown()
    await page
      .findAll("button")
      .find((one) => one.text() === "Cancel the appointment")!
      .trigger("click")
    ;[...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Cancel it")!.click()
    await flushPromises()
    expect(page.text()).toContain("Cancelled")
    expect(page.text()).toContain("Book again")
    page.unmount()
  })

  it("asks nobody to come whose day the hall has closed", async () => {
    const kept = await shown()
    expect(kept.page.text()).toContain("Keep this page")
    kept.page.unmount()
    const { page } = await shown({ hit: "holiday" })
    expect(page.text()).not.toContain("Keep this page")
    page.unmount()
  })

  it("knows an address that leads nowhere", async () => {
    delete answers["GET /appointments/tok"]
    const page = mount(AppointmentPage, { props: { token: "tok" } })
    await flushPromises()
    expect(page.text()).toContain("was not found")
    page.unmount()
  })
})

describe("small rules", () => {
  it("counts days in the hall's zone", () => {
    expect(daysFrom(Date.parse("2026-11-23T17:00:00Z"), 1, "Asia/Shanghai")).toEqual(["2026-11-24", "2026-11-25"])
    expect(daysFrom(Date.parse("2026-12-31T00:00:00Z"), 1, "UTC")).toEqual(["2026-12-31", "2027-01-01"])
  })

  it("finds the nearest free times in their order", () => {
    const slots = ["09:00", "09:30", "10:00", "10:30", "12:00"].map((clock) => slot(clock, 1))
    expect(nearest(slots, slot("10:00", 0).start).map((one) => one.start.slice(11, 16))).toEqual([
      "09:00",
      "09:30",
      "10:30",
    ])
  })

  it("knows what a hall asks for", () => {
    const wish = { service: "", start: "", status: null, name: "", phone: "", email: "", id_number: "" }
    const of = (identify: "none" | "phone" | "id") => ({ ...hall, limits: { identify, phone_metres: null } })
    expect(lacking(of("none"), wish)).toBeNull()
    expect(lacking(of("phone"), wish)).toBe("phone")
    expect(lacking(of("phone"), { ...wish, phone: "1" })).toBeNull()
    expect(lacking(of("id"), { ...wish, phone: "1" })).toBe("id_number")
  })
})

describe("a ticket's page", () => {
  it("says why a later number was called before, when asked", async () => {
    answers["GET /tickets/tok/why"] = {
      body: {
        reason: "APPOINTMENT",
        sentence: { "zh-CN": "", en: "" },
        overtaken_by: [
          {
            number: "A041",
            reason: "APPOINTMENT",
            sentence: { "zh-CN": "", en: "A041 has an appointment at 10:20." },
            at: "",
          },
        ],
      },
    }
    const panel = mount(WhyPanel, { props: { token: "tok", policy: { "zh-CN": "均衡", en: "Balanced" } } })
    expect(asked).toHaveLength(0)
    ;(panel.element as HTMLDetailsElement).open = true
    await panel.trigger("toggle")
    await flushPromises()
    expect(panel.text()).toContain("A041 has an appointment at 10:20.")
    expect(panel.text()).toContain("Balanced")
  })

  it("is rated in one tap", async () => {
    const rated = aTicket({ state: "completed", rating: 4 })
    answers["POST /tickets/tok/rating"] = { body: rated }
    const panel = mount(RatingPanel, { props: { ticket: aTicket({ state: "completed", can_rate: true }) } })
    await panel.findAll("button")[3]!.trigger("click")
    await flushPromises()
    expect(sent("POST")).toEqual({ stars: 4 })
    expect(panel.emitted("changed")![0]).toEqual([rated])
    await panel.setProps({ ticket: rated })
    expect(panel.text()).toContain("4 stars")
  })
})
