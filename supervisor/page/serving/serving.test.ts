import { flushPromises, mount, type VueWrapper } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { setLocale } from "../../../web/i18n"
import { changeTexts } from "../../../web/serves"
import { toasts } from "../../../web/toasts"
import type { Hall, ServesChange } from "../../../web/types"
import { aCounter, aHall, ago, NOW } from "../cast"
import CounterDialog from "../CounterDialog.vue"
import CounterWall from "../CounterWall.vue"
import type { CounterChange } from "../shapes"
import { queueRows } from "./queues"

const UNTIL = "2026-11-23T11:30:00.000+08:00"
const given: ServesChange = { counter_type: "B", gives: true, until: UNTIL, today: false }
const told: CounterChange = { ...given, counter: "1", at: ago(3), by: "boss", why: "long queue" }

function hallWith(changes: ServesChange[] = [], counter_types = ["A"], fallbacks: string[] = []): Hall {
  const hall = aHall()
  const type = (code: string): Hall["counter_types"][0] => ({
    code,
    prefix: code,
    name: { "zh-CN": `队列${code}`, en: `Queue ${code}` },
  })
  return {
    ...hall,
    counter_types: ["A", "B", "C"].map(type),
    counters: [{ ...hall.counters[0]!, counter_types, fallbacks, changes }],
  }
}

const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const bodyOf = (n: number): unknown => JSON.parse(String(asked.mock.calls[n]![1].body))
const button = (label: string): HTMLButtonElement =>
  [...document.querySelectorAll<HTMLButtonElement>(".serves button")].find(
    (one) => one.textContent!.replace(/\s+/g, " ").trim() === label,
  )!

let page: VueWrapper
beforeEach(() => {
  setLocale("en")
  toasts.value = []
  asked.mockReset()
  asked.mockImplementation(async () => new Response("{}"))
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  page?.unmount()
  document.body.innerHTML = ""
  vi.unstubAllGlobals()
})

function open(hall: Hall, changes: CounterChange[] = []): void {
  page = mount(CounterDialog, {
    props: { hall, counter: aCounter("1", { state: "closed" }), changes, waiting: { B: 2, C: 9 }, now: NOW },
    attachTo: document.body,
  })
}

describe("what a counter serves", () => {
  it("is said in few words, in both languages", () => {
    const hall = hallWith([given, { counter_type: "A", gives: false, until: UNTIL, today: true }], ["B"])
    expect(changeTexts(hall, "1")).toEqual(["also B until 11:30", "not A today"])
    setLocale("zh-CN")
    expect(changeTexts(hall, "1")).toEqual(["加办 B 至 11:30", "今天停办 A"])
    expect(changeTexts(hall, "9")).toEqual([])
    page = mount(CounterWall, { props: { counters: [aCounter("1")], hall, now: NOW, timeZone: "Asia/Shanghai" } })
    expect(page.text()).toContain("加办 B 至 11:30")
  })

  it("has changes first, then what it does not serve by how many wait, then what it serves", () => {
    const rows = queueRows(hallWith([], ["A"]), "1", [], { B: 2, C: 9 })
    expect(rows.map(({ code, stands }) => `${code} ${stands}`)).toEqual(["C not", "B not", "A usual"])
    expect(queueRows(hallWith([given], ["A", "B"]), "1", [told], {})[0]).toMatchObject({
      code: "B",
      change: { by: "boss", why: "long queue" },
    })
    expect(queueRows(hallWith([], ["A"], ["C"]), "1", [], {}).map(({ stands }) => stands)).toEqual([
      "not",
      "usual",
      "fallback",
    ])
  })

  it("is changed by one touch, for the day, and undone by one more", async () => {
    open(hallWith())
    button("Give Queue B").click()
    await flushPromises()
    expect(asked.mock.calls[0]![0]).toBe("/api/v1/halls/h/counters/1/serves")
    expect(bodyOf(0)).toEqual({ give: ["B"], until: "today" })
    expect(page.emitted("changed")).toHaveLength(1)
    expect(toasts.value[0]!.text).toBe("Counter 1 also serves Queue B")
    toasts.value[0]!.action!.press()
    await flushPromises()
    expect([asked.mock.calls[1]![0], bodyOf(1)]).toEqual([
      "/api/v1/halls/h/counters/1/serves/undo",
      { counter_types: ["B"] },
    ])
  })

  it("is changed until a time, with a reason; a time that has passed is said to be wrong", async () => {
    open(hallWith())
    const [time, why] = [...document.querySelectorAll<HTMLInputElement>(".serves input")]
    const fill = (field: HTMLInputElement, value: string): void => {
      field.value = value
      field.dispatchEvent(new Event("input"))
    }
    fill(time!, "08:00")
    await flushPromises()
    expect(document.querySelector(".serves .wrong")!.textContent).toBe("Give a later time of today")
    expect(button("Take away Queue A").disabled).toBe(true)
    fill(time!, "11:30")
    fill(why!, " long queue ")
    await flushPromises()
    button("Take away Queue A").click()
    await flushPromises()
    expect(bodyOf(0)).toEqual({ take: ["A"], until: new Date(UNTIL).toISOString(), why: "long queue" })
  })

  it("says who changed it, when and why, with the undo beside it", async () => {
    open(hallWith([given], ["A", "B"]), [told])
    expect(document.querySelector(".serves li")!.textContent).toContain(
      "also B until 11:30 · boss 08:57 · long queue · 2 waiting",
    )
    button("Undo Queue B").click()
    await flushPromises()
    expect(bodyOf(0)).toEqual({ counter_types: ["B"] })
    expect(document.querySelector(".sign-off")).toBeNull()
  })
})
