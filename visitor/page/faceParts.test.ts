import { mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { setLocale } from "../../web/i18n"
import type { VisitorTicket } from "../../web/types"
import { aTicket } from "./cast"
import HallNotice from "./HallNotice.vue"
import TicketFace from "./TicketFace.vue"
import VisitSteps from "./VisitSteps.vue"

const both = (zh: string, en: string) => ({ "zh-CN": zh, en })
const steps: VisitorTicket["steps"] = [
  { service: "a", name: both("户口", "Household"), state: "done" as const, counter: "1" },
  { service: "b", name: both("护照", "Passport"), state: "open" as const, counter: null },
  { service: "c", name: both("照片", "Photo"), state: "later" as const, counter: null },
]

beforeEach(() => setLocale("en"))
afterEach(() => setLocale("zh-CN"))

describe("the hall's notice", () => {
  it("is an alert in an emergency, a quiet strip otherwise, nothing without one", async () => {
    const strip = mount(HallNotice, { props: { notice: null } })
    expect(strip.text()).toBe("")
    await strip.setProps({ notice: { text: both("今天下午停电", "No power"), level: "info", at: "1" } })
    expect([strip.get("[role=status]").text(), strip.find("[role=alert]").exists()]).toEqual([
      "Notice of the hall: No power",
      false,
    ])
    await strip.setProps({ notice: { text: both("请撤离", "Leave now"), level: "emergency", at: "2" } })
    expect(strip.get("[role=alert]").text()).toBe("EmergencyLeave now")
  })
})

describe("the services of a visit", () => {
  const said = (face: "waiting" | "serving" | "cancelled" | "no_show", of = steps): string[] =>
    mount(VisitSteps, { props: { steps: of, service: "b", face } })
      .findAll(".soft")
      .map((one) => one.text())

  it("does not wait while it is served, only those beside it do", () => {
    const beside = steps.map((step) => (step.service === "c" ? { ...step, state: "open" as const } : step))
    expect([said("serving"), said("serving", beside)]).toEqual([
      ["done", "being served", "later"],
      ["done", "being served", "waiting"],
    ])
  })

  it("wait for nothing once the number is void", () => {
    expect(said("waiting")).toEqual(["done", "waiting", "later"])
    expect(said("cancelled")).toEqual(["done", "given up", "given up"])
    expect(said("no_show")).toEqual(["done", "not done", "not done"])
  })
})

describe("what the clerk told the visitor", () => {
  it("stands on every face until the visit goes on", () => {
    const ticket = aTicket({ state: "held", counter: "1", told: "a copy of the card" })
    expect(
      mount(TicketFace, { props: { face: "held", ticket, hall: null, now: 0 } })
        .get(".told")
        .text(),
    ).toBe("The clerk asks you: a copy of the card")
    expect(
      mount(TicketFace, { props: { face: "held", ticket: { ...ticket, told: null }, hall: null, now: 0 } })
        .find(".told")
        .exists(),
    ).toBe(false)
  })
})

describe("the place in the queue", () => {
  const face = (ahead: number): string => {
    const props = { face: "waiting" as const, ticket: aTicket({ ahead, now_serving: [] }), hall: null, now: 0 }
    return mount(TicketFace, { props }).get(".figures div").text()
  }

  it("reads as a sentence in each case and language", () => {
    expect([face(0), face(3)]).toEqual(["Your placeYou are next", "Your place3 ahead"])
    setLocale("zh-CN")
    expect([face(0), face(3)]).toEqual(["排队位置下一位就是您", "排队位置前面 3 人"])
  })
})
