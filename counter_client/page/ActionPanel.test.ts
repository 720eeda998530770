import { mount, type VueWrapper } from "@vue/test-utils"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { locale } from "../../web/i18n"
import ActionPanel from "./ActionPanel.vue"
import type { Situation } from "./acts"
import { at, called, counter, hall, NINE, outlook, served, ticket } from "./cast"

beforeAll(() => {
  locale.value = "en"
})
afterAll(() => {
  locale.value = "zh-CN"
})

const someone = outlook({
  next: ticket("A013"),
  upcoming: ["A013", "A014", "A015"].map((number) => ticket(number)),
  mine: 3,
})
const panel = (more: Partial<Situation> = {}, props: object = {}): VueWrapper =>
  mount(ActionPanel, {
    props: {
      situation: {
        online: true,
        hall,
        counter: counter("1"),
        ticket: called("A012"),
        outlook: someone,
        now: NINE + 9_000,
        ...more,
      },
      busy: null,
      undoable: null,
      undoRest: 0,
      heardAt: NINE,
      line: [],
      calls: [],
      ...props,
    },
  })

describe("the buttons", () => {
  it("show the next ticket, those after it, and their keys", () => {
    const shown = panel({ ticket: served("A012") })
    expect(shown.get(".primary").text()).toContain("Complete, call next: A013")
    expect(shown.get(".after").text()).toBe("Next in line A014 · A015")
    expect(shown.findAll(".grid kbd").map((key) => key.text())).toEqual([
      "S",
      "5",
      "R",
      "+",
      "X",
      "−",
      "H",
      "*",
      "T",
      "/",
      "C",
      "0",
    ])
  })

  it("take a double click for one", async () => {
    const shown = panel()
    await shown.get(".primary").trigger("click", { detail: 1 })
    await shown.get(".primary").trigger("click", { detail: 2 })
    expect(shown.emitted("press")).toEqual([["next"]])
  })

  it("are pending while their command is under way", async () => {
    const shown = panel({}, { busy: "call_next" })
    expect(shown.get(".primary").attributes("aria-busy")).toBe("true")
    await shown.get(".primary").trigger("click", { detail: 1 })
    expect(shown.emitted("press")).toBeUndefined()
  })

  it("offer to undo what was done, with the seconds left", () => {
    const undoable = { command: "no_show", number: "A011", onward: [], until: NINE + 16_000 }
    const shown = panel({ ticket: null }, { undoable, undoRest: 7 })
    expect(shown.get(".undo").text()).toContain("A011 marked as no-show")
    expect(shown.get(".undo").text()).toContain("Undo the no-show (7)")
    expect(panel({}, { undoable, undoRest: 0 }).get(".undo").text()).toBe("")
  })

  it("are off without a line, and the next numbers stay readable", () => {
    const shown = panel({ online: false })
    expect(shown.find(".primary").exists()).toBe(false)
    expect(shown.findAll(".cut li .number").map((one) => one.text())).toEqual(["A013", "A014", "A015"])
    expect(shown.findAll(".grid button").every((one) => one.attributes("disabled") !== undefined)).toBe(true)
    expect(shown.get(".grid button").attributes("title")).toMatch(/No connection/)
  })

  it("let the clerk tick whom they called by voice, beyond the first three", async () => {
    const line = ["A012", "A013", "A014", "A015", "A016"].map((number) => ({
      number,
      service: "pass",
      waiting_since: at(-60),
    }))
    const shown = panel({ online: false }, { line, calls: [{ number: "A013", called: at(0), came: true }] })
    expect(shown.findAll(".cut ol .number").map((one) => one.text())).toEqual(["A014", "A015", "A016"])
    expect(shown.get(".cut .ticked").text()).toMatch(/A013 Came/)
    await shown.findAll(".cut ol li")[0]!.findAll("button")[1]!.trigger("click")
    expect(shown.emitted("mark")).toEqual([["A014", false]])
  })

  it("take ticks by keys that they show, and take the last one back, also of who stands in the list no more", async () => {
    const calls = [
      { number: "A001", called: at(0), came: true },
      { number: "A002", called: at(1), came: false },
    ]
    const shown = panel({ online: false }, { calls })
    expect(shown.findAll(".cut kbd").map((key) => key.text())).toEqual(["1", "2", "3"])
    for (const code of ["Digit1", "Numpad2", "Digit3"]) document.dispatchEvent(new KeyboardEvent("keydown", { code }))
    expect(shown.emitted("mark")).toEqual([
      ["A013", true],
      ["A013", false],
      ["A002", false],
    ])
    await shown.findAll(".cut .ticked button")[1]!.trigger("click")
    expect(shown.emitted("mark")!.at(-1)).toEqual(["A001", true])
    const marks = shown.emitted("mark")
    shown.unmount()
    document.dispatchEvent(new KeyboardEvent("keydown", { code: "Digit1" }))
    expect(marks).toHaveLength(4)
  })

  it("offer to enter what was called by voice when the server is back", async () => {
    const shown = panel({}, { calls: [{ number: "A013", called: at(0), came: true }] })
    expect(shown.get(".voice").text()).toContain("A013")
    expect(shown.get(".primary").text()).toContain("Enter 1 call")
    expect(shown.get(".after").text()).toBe("")
    await shown.get(".primary").trigger("click")
    expect(shown.emitted("press")).toEqual([["next"]])
    expect(panel({}, { calls: [] }).find(".voice").exists()).toBe(false)
  })

  it("ask before what was called by voice is thrown away", async () => {
    const shown = panel({}, { calls: [{ number: "A013", called: at(0), came: true }] })
    await shown.get(".voice button").trigger("click")
    expect(shown.emitted("forget")).toBeUndefined()
    expect(shown.get(".voice").text()).toContain("would wait again")
    await shown.findAll(".voice button")[0]!.trigger("click")
    expect(shown.get(".voice").text()).not.toContain("would wait again")
    await shown.get(".voice button").trigger("click")
    await shown.findAll(".voice button")[1]!.trigger("click")
    expect(shown.emitted("forget")).toHaveLength(1)
  })
})
