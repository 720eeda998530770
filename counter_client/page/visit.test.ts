import { mount, type VueWrapper } from "@vue/test-utils"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { locale } from "../../web/i18n"
import type { Contact, VisitStep } from "../../web/types"
import { mainAct, whyNot, type Situation } from "./acts"
import { called, counter, hall, NINE, outlook, ticket } from "./cast"
import PresentTicket from "./PresentTicket.vue"
import QuantityDialog from "./QuantityDialog.vue"
import { deedText, remarksOf } from "./timeline"
import { addable, cameFrom, momentOf, nextHere, nextServices } from "./visit"
import VisitDialog from "./VisitDialog.vue"

beforeAll(() => {
  locale.value = "en"
})
afterAll(() => {
  locale.value = "zh-CN"
  document.body.innerHTML = ""
})

const step = (service: string, state: VisitStep["state"], at: string | null = null): VisitStep => ({
  service,
  counter_type: service === "pension" ? "social" : "tax",
  state,
  counter: at,
})
const sequence = called("A012", { steps: [step("pension", "open"), step("income", "later")] })
const parallel = called("A012", { steps: [step("pension", "open"), step("income", "open")] })
const situation = (more: Partial<Situation> = {}): Situation => ({
  online: true,
  hall,
  counter: counter("1"),
  ticket: { ...sequence, state: "serving", started_at: sequence.issued_at },
  outlook: outlook(),
  now: NINE,
  ...more,
})

describe("what is left of a visit", () => {
  it("is the next service in its order, or all that are open", () => {
    expect(nextServices(sequence)).toEqual(["income"])
    expect(nextServices(parallel)).toEqual(["income"])
    expect(nextServices(called("A012"))).toEqual([])
    expect(nextServices(called("A012", { steps: [step("pension", "open"), step("income", "dropped")] }))).toEqual([])
  })

  it("is what the main button says", () => {
    expect(mainAct(situation()).label).toBe("Done here: A012 goes on to Income tax")
    const someone = outlook({ next: ticket("A013"), mine: 1 })
    expect(mainAct(situation({ outlook: someone }))).toMatchObject({
      does: "call_next",
      label: "Done here, call next: A013",
      detail: "A012 goes on to Income tax · A013: waited 10 min",
    })
  })

  it("says where the visitor came from", () => {
    const second = called("A012", {
      service: "income",
      counter_type: "tax",
      came_from: "social",
      steps: [step("pension", "done", "3"), step("income", "open")],
    })
    expect(cameFrom(hall, second)).toBe("Pensions, counter 3")
    expect(cameFrom(hall, called("A012", { came_from: "tax" }))).toBe("Tax")
    expect(cameFrom(hall, called("A012"))).toBe("")
  })

  it("goes on here where the counter serves what comes next", () => {
    const again = called("A012", {
      steps: [step("income", "done", "2"), step("pension", "open"), { ...step("pension", "later"), service: "refund" }],
    })
    expect(nextHere(hall, "1", again)).toBe("refund")
    expect(nextHere(hall, "2", again)).toBeNull()
    expect(nextHere(hall, "1", sequence)).toBeNull()
    expect(whyNot("go_on", situation())).toBe("Nothing that comes next is served at this counter")
    expect(whyNot("go_on", situation({ ticket: again }))).toBe("")
  })

  it("leaves out of the choice what the visit has", () => {
    expect(addable(hall, called("A012"), "").map((one) => one.code)).toEqual(["income"])
    expect(addable(hall, called("A012"), "pen")).toEqual([])
    expect(addable(hall, sequence, "")).toEqual([])
    expect(
      addable(hall, called("A012", { steps: [step("pension", "open"), step("income", "dropped")] }), "税").map(
        (one) => one.code,
      ),
    ).toEqual(["income"])
  })
})

describe("a time of the hall's clock", () => {
  it("is the next one", () => {
    expect(momentOf("09:30", NINE, "Asia/Shanghai")).toBe(NINE + 30 * 60_000)
    expect(momentOf("09:30", NINE + 29 * 60_000 + 59_000, "Asia/Shanghai")).toBe(NINE + 30 * 60_000)
    expect(momentOf("08:59", NINE, "Asia/Shanghai")).toBe(NINE - 60_000)
    expect(momentOf("21:30", NINE, "Asia/Shanghai")).toBe(NINE + 12.5 * 60 * 60_000)
    expect(momentOf("00:30", NINE + 14 * 60 * 60_000, "Asia/Shanghai")).toBe(NINE + 15.5 * 60 * 60_000)
    expect(momentOf("930", NINE, "Asia/Shanghai")).toBe(NINE + 30 * 60_000)
    for (const wrong of ["", "9", "25:00", "09:60", "soon"]) expect(momentOf(wrong, NINE, "Asia/Shanghai")).toBeNull()
    expect(momentOf("", NINE, "Asia/Shanghai")).toBeNull()
  })
})

describe("the present ticket", () => {
  const shown = (present = sequence, contact: Contact | null = null): VueWrapper =>
    mount(PresentTicket, {
      props: {
        ticket: present,
        hall,
        now: NINE,
        voice: null,
        anyone: true,
        pause: null,
        off: "",
        contact,
        counter: "1",
      },
    })

  it("shows the visit, how many, the appointment and the masked name", () => {
    const page = shown(
      { ...sequence, quantity: 3, slot: "2026-11-23T10:20:00+08:00" },
      { name: "陈**", phone: "*******8000" },
    )
    expect(page.findAll(".steps li").map((one) => one.classes()[0])).toEqual(["here", "later"])
    for (const said of ["Quantity3", "Appointment10:20", "Name陈**"]) expect(page.get("dl").text()).toContain(said)
    expect(page.find(".present .note").exists()).toBe(false)
  })

  it("has its own buttons with their keys", async () => {
    const page = shown()
    expect(page.findAll(".deeds kbd").map((key) => key.text())).toEqual(["A", "U", "W", "L"])
    await page.findAll(".deeds button")[0]!.trigger("click")
    expect(page.emitted("press")).toEqual([["visit"]])
  })

  it("says nothing of a visit with one service", () => {
    expect(shown(called("A012")).find(".steps").exists()).toBe(false)
  })
})

describe("the dialog of a visit", () => {
  it("adds what Enter finds, in the mode that was chosen", async () => {
    const dialog = mount(VisitDialog, {
      props: { ticket: called("A012"), situation: situation(), busy: null },
      attachTo: document.body,
      global: { stubs: { teleport: true } },
    })
    await dialog.get("#visit-service").setValue("inc")
    await dialog.get("input[value=parallel]").setValue(true)
    await dialog.get("form").trigger("submit")
    expect(dialog.emitted("add")).toEqual([[{ service: "income", mode: "parallel" }]])
    dialog.unmount()
  })

  it("drops what is to come and nothing else", async () => {
    const dialog = mount(VisitDialog, {
      props: { ticket: sequence, situation: situation(), busy: null },
      global: { stubs: { teleport: true } },
    })
    const drops = dialog.findAll(".steps button")
    expect(drops.map((one) => one.attributes("aria-label"))).toEqual(["Drop: Income tax"])
    await drops[0]!.trigger("click")
    expect(dialog.emitted("drop")).toEqual([["income"]])
  })
})

describe("the quantity", () => {
  it("stays between one and 99", async () => {
    const dialog = mount(QuantityDialog, {
      props: { ticket: called("A012"), pending: false },
      global: { stubs: { teleport: true } },
    })
    expect(dialog.get("#quantity").attributes("maxlength")).toBeUndefined()
    for (const wrong of ["0", "100", "1e1", ""]) {
      await dialog.get("#quantity").setValue(wrong)
      await dialog.get("form").trigger("submit")
      expect(dialog.emitted("chosen")).toBeUndefined()
      expect(dialog.get("#quantity-bounds").classes()).toContain("bad")
    }
    await dialog.get("#quantity").setValue("12")
    await dialog.get("form").trigger("submit")
    expect(dialog.emitted("chosen")).toEqual([[12]])
  })
})

describe("a line of the timeline", () => {
  const line = { at: "2026-11-23T09:00:00+08:00", service: "pension", counter: "3", by: "Wang", details: {} }

  it("is a sentence, whatever happened", () => {
    expect(deedText(hall, { ...line, kind: "ticket_called" })).toBe("Called to counter 3: Pensions")
    expect(deedText(hall, { ...line, kind: "ticket_next_step", service: "income" })).toBe(
      "Done at counter 3, goes on to Income tax",
    )
    expect(
      deedText(hall, { ...line, kind: "ticket_changed", details: { what: "service_added", service: "income" } }),
    ).toBe("Service added: Income tax")
    expect(deedText(hall, { ...line, kind: "ticket_changed", details: { what: "quantity", quantity: 4 } })).toBe(
      "Quantity: 4",
    )
    expect(deedText(hall, { ...line, kind: "ticket_transferred", details: { to: "tax" } })).toBe("Sent on to Tax")
    expect(deedText(hall, { ...line, kind: "ticket_of_tomorrow" })).toBe("ticket_of_tomorrow")
  })

  it("has its reason and its note", () => {
    expect(remarksOf({ ...line, kind: "ticket_returned", details: { because: "hold" } })).toEqual([
      "the agreed time came",
    ])
    expect(remarksOf({ ...line, kind: "ticket_called", details: { manual: "came back" } })).toEqual(["came back"])
  })
})
