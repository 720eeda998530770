import { flushPromises, mount, type VueWrapper } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { setLocale } from "../../../web/i18n"
import { aHall } from "../cast"
import { aComparison, anAnswer, aRule, BALANCED, FIRST, named } from "./cast"
import PolicyView from "./PolicyView.vue"

const drawn = vi.hoisted(() => ({ show: vi.fn(), resize: vi.fn(), end: vi.fn() }))
vi.mock("./drawing", () => ({ draw: async () => drawn }))

const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const failure = (code: string, status: number, message = ""): Response =>
  answer({ error: { code, params: { field: "x", retry_s: 2 }, message } }, status)
const last = (): { method?: string; url: string; body: unknown } => {
  const [url, init] = asked.mock.calls[asked.mock.calls.length - 1]!
  return { method: init.method, url, body: init.body ? JSON.parse(String(init.body)) : null }
}
let page: VueWrapper
const hall = { ...aHall(), policy: { name: "balanced", title: BALANCED.title } }

async function open(): Promise<void> {
  page = mount(PolicyView, { props: { hall }, attachTo: document.body })
  await flushPromises()
}
function button(label: string): HTMLButtonElement {
  const words = (one: Element): string | undefined => (one.querySelector(".label") ?? one).textContent?.trim()
  const found = [...document.querySelectorAll("button")].reverse().find((one) => words(one) === label)
  if (!found) throw new Error(`no button ${label} in ${document.body.textContent}`)
  return found
}
async function press(label: string): Promise<void> {
  button(label).click()
  await flushPromises()
}
const text = (): string => document.body.textContent ?? ""
const choose = async (value: string): Promise<void> => page.find(`input[value="${value}"]`).setValue(true)

beforeEach(() => {
  setLocale("en")
  vi.stubGlobal("matchMedia", () => ({ matches: false }))
  asked.mockReset()
  asked.mockImplementation(async () => answer(anAnswer()))
  vi.stubGlobal("fetch", asked)
  for (const one of Object.values(drawn)) one.mockReset()
})
afterEach(() => {
  page.unmount()
  document.body.innerHTML = ""
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe("the rule in force", () => {
  it("is named and said in words", async () => {
    await open()
    expect(last()).toMatchObject({ method: "GET", url: "/api/v1/halls/h/policy" })
    expect(text()).toContain("Rule in force: Balanced")
    expect(text()).toContain("2 points a minute, 15 min head start")
    expect(button("Put in force: Balanced").disabled).toBe(true)
  })

  it("is asked for again until the server answers", async () => {
    vi.useFakeTimers()
    asked.mockRejectedValueOnce(new TypeError("no network"))
    await open()
    expect(text()).toContain("The server cannot be reached")
    await vi.advanceTimersByTimeAsync(3_000)
    expect(text()).toContain("Rule in force: Balanced")
  })

  it("of a clerk is nothing to see", async () => {
    asked.mockImplementation(async () => failure("forbidden", 403))
    await open()
    expect(page.emitted("denied")).toHaveLength(1)
  })

  it("follows what is changed elsewhere, but a draft stays", async () => {
    await open()
    await choose("first-come")
    asked.mockImplementation(async () => answer(anAnswer(named("custom", "Custom", { guard_every: 9 }))))
    await page.setProps({ hall: { ...hall, version: "2", policy: { name: "custom", title: BALANCED.title } } })
    await flushPromises()
    expect(text()).toContain("Rule in force: Custom")
    expect(button("Put in force: First come").disabled).toBe(false)
  })
})

describe("another rule", () => {
  it("is put in force after a question, and taken back", async () => {
    await open()
    await choose("first-come")
    await press("Put in force: First come")
    expect(document.querySelector("[role=dialog]")!.textContent).toContain("never overdue")
    expect(asked).toHaveBeenCalledTimes(1)
    asked.mockImplementation(async () => answer(anAnswer(FIRST)))
    await press("In force from the next call")
    expect(last()).toEqual({ method: "PUT", url: "/api/v1/halls/h/policy", body: { name: "first-come" } })
    expect(text()).toContain("Rule in force: First come")
    asked.mockImplementation(async () => answer(anAnswer(BALANCED)))
    await press("Back to Balanced")
    expect(last().body).toEqual({ name: "balanced" })
    expect(text()).toContain("Rule in force: Balanced")
    expect(() => button("Back to First come")).toThrow()
  })

  it("may be one's own, sent with all its parts", async () => {
    await open()
    await choose("own")
    const speed = page.findAll(".rule-editor tbody tr")[1]!.findAll("input[type=number]")[1]!
    await speed.setValue(3)
    await press("Put in force: Own settings")
    await press("In force from the next call")
    const body = last().body as ReturnType<typeof aRule>
    expect(body.classes.appointment!.speed).toBe(3)
    expect(Object.keys(body)).toEqual(["classes", "lanes", "guard_every", "fallbacks_rank_last"])
  })

  it("that does not fit together says so and cannot be used", async () => {
    await open()
    await choose("own")
    const boxes = page.findAll(".rule-editor .line input[type=checkbox]")
    await boxes[1]!.setValue(true)
    await page.findAll(".rule-editor .lanes li input")[0]!.setValue(0)
    expect(page.find(".wrong-list").text()).toContain("a share of 0 would never be called")
    expect(button("Put in force: Own settings").disabled).toBe(true)
    expect(button("Compare").disabled).toBe(true)
    await boxes[1]!.setValue(false)
    expect(page.find(".wrong-list").exists()).toBe(false)
  })

  it("that the server refuses stays, with the server's sentence", async () => {
    await open()
    await choose("first-come")
    await press("Put in force: First come")
    asked.mockImplementation(async () => failure("invalid", 422, "lanes: there is no class x"))
    await press("In force from the next call")
    expect(document.querySelector("[role=dialog]")!.textContent).toContain("there is no class x")
    expect(text()).toContain("Rule in force: Balanced")
  })

  it("with no guard for a class says never", async () => {
    await open()
    await choose("own")
    await page.findAll(".rule-editor .guarded input")[0]!.setValue(false)
    expect(page.findAll(".rule-editor tbody tr")[0]!.text()).toContain("never")
    await page.findAll(".rule-editor .guarded input")[0]!.setValue(true)
    expect(button("Put in force: Balanced").disabled).toBe(true)
  })
})

describe("the comparison", () => {
  it("is drawn with a table beside it, for each measure", async () => {
    await open()
    asked.mockImplementation(async () => answer(aComparison()))
    await press("Compare")
    expect(last()).toEqual({ method: "POST", url: "/api/v1/halls/h/policy/compare", body: {} })
    expect(text()).toContain("The record of 2026-11-25: 80 visitors, 40 with an appointment, 4 counters.")
    expect(drawn.show).toHaveBeenCalledTimes(1)
    const rows = (): string[] => page.findAll(".results tbody tr").map((row) => row.text().replace(/\s+/g, " "))
    expect(rows()[0]).toMatch(/Balanced in force ?12 3 12/)
    await page.find('input[value="within_target"]').setValue(true)
    await flushPromises()
    expect(rows()[1]).toMatch(/First come ?88% 88% 88%/)
    expect(drawn.show).toHaveBeenCalledTimes(2)
    page.unmount()
    expect(drawn.end).toHaveBeenCalledTimes(1)
    page.unmount = () => undefined
  })

  it("of a drawn day says how busy and who booked, and takes the edited rule along", async () => {
    await open()
    await choose("own")
    await page.findAll(".rule-editor tbody tr")[0]!.findAll("input[type=number]")[2]!.setValue(5)
    await page.find(".wish select").setValue("drawn")
    const [booked, load] = page.findAll(".wish input")
    await booked!.setValue(40)
    await load!.setValue(115)
    asked.mockImplementation(async () => answer(aComparison()))
    await press("Compare")
    const body = last().body as { booked: number; load: number; candidate: ReturnType<typeof aRule> }
    expect([body.booked, body.load, body.candidate.classes.ordinary!.credit]).toEqual([0.4, 1.15, 5])
  })

  it("lets a rule be chosen from the table", async () => {
    await open()
    asked.mockImplementation(async () => answer(aComparison()))
    await press("Compare")
    await page.findAll(".pick")[1]!.trigger("click")
    expect(button("Put in force: First come").disabled).toBe(false)
  })

  it("that may not run now says when", async () => {
    await open()
    asked.mockImplementation(async () => failure("too_many", 429))
    await press("Compare")
    expect(page.find(".compare .wrong").text()).toContain("Wait 2 seconds")
  })
})
