import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { locale } from "../../web/i18n"
import { mainAct, nextThree, recallRest, whyNot, type Situation } from "./acts"
import { called, counter, hall, NINE, outlook, served, snapshot, spoken, ticket } from "./cast"
import { destinations } from "./destinations"
import { KEYS, keyMap, keysOn } from "./keyboard"
import { keepReceipts } from "./receipts"

beforeAll(() => {
  locale.value = "en"
})
afterAll(() => {
  locale.value = "zh-CN"
})

const situation = (more: Partial<Situation> = {}): Situation => ({
  online: true,
  hall,
  counter: counter("1"),
  ticket: null,
  outlook: outlook(),
  now: NINE,
  ...more,
})
const someone = outlook({ next: ticket("A013"), upcoming: [ticket("A013"), ticket("A014")], mine: 2 })

describe("the main button", () => {
  it("says whom it will call, and how long they waited", () => {
    expect(mainAct(situation({ outlook: someone }))).toEqual({
      does: "call_next",
      label: "Call next: A013",
      detail: "waited 10 min · Pensions",
    })
  })

  it("says that it completes the present ticket first", () => {
    expect(mainAct(situation({ outlook: someone, ticket: served("A012") })).label).toBe("Complete, call next: A013")
  })

  it("starts who was called, whoever comes after", () => {
    expect(mainAct(situation({ outlook: someone, ticket: called("A012") }))).toEqual({
      does: "start",
      label: "A012 is here: start",
      detail: "Then press again: complete, call A013",
    })
    expect(mainAct(situation({ outlook: null, ticket: called("A012") }))).toMatchObject({
      does: "start",
      detail: "Then press again: complete",
    })
    const asking = { ...hall, rules: { ...hall.rules!, on_next: "ask" } }
    expect(mainAct(situation({ hall: asking, ticket: called("A012") })).does).toBe("start")
  })

  it("completes who was called where the hall wants it so", () => {
    const quick = { ...hall, rules: { ...hall.rules!, on_next: "complete" } }
    expect(mainAct(situation({ hall: quick, outlook: someone, ticket: called("A012") })).does).toBe("call_next")
    expect(mainAct(situation({ hall: quick, ticket: called("A012") })).does).toBe("complete")
  })

  it("only completes when nobody comes after", () => {
    expect(mainAct(situation({ ticket: served("A012") }))).toMatchObject({ does: "complete", label: "Complete A012" })
  })

  it("tells nobody at all from nobody for this counter", () => {
    expect(mainAct(situation())).toMatchObject({ does: null, label: "Nobody is waiting" })
    expect(mainAct(situation({ outlook: outlook({ others: 5 }) }))).toEqual({
      does: null,
      label: "Nobody for your counter",
      detail: "5 people wait for other services",
    })
  })

  it("resumes a paused counter and says why it pauses", () => {
    const paused = counter("1", { state: "paused", reason: "Meal" })
    expect(mainAct(situation({ outlook: someone, counter: paused }))).toEqual({
      does: "resume",
      label: "Resume calling",
      detail: "Paused: Meal",
    })
  })

  it("is there before the outlook is known", () => {
    expect(mainAct(situation({ outlook: null }))).toEqual({ does: "call_next", label: "Call next", detail: "" })
  })
})

describe("why a button is off", () => {
  it("needs the line for everything but looking", () => {
    const offline = situation({ online: false, ticket: called("A012"), outlook: someone })
    for (const act of [
      "next",
      "start",
      "recall",
      "no_show",
      "hold",
      "transfer",
      "complete",
      "pause",
      "undo",
    ] as const) {
      expect(whyNot(act, offline)).toMatch(/No connection/)
    }
    expect(whyNot("search", offline)).toBe("")
    expect(whyNot("help", offline)).toBe("")
  })

  it("needs a ticket where it is about one", () => {
    expect(whyNot("complete", situation())).toMatch(/no ticket/)
    expect(whyNot("complete", situation({ ticket: called("A012") }))).toBe("")
    expect(whyNot("start", situation({ ticket: called("A012", { state: "serving" }) }))).toMatch(/started/)
  })

  it("keeps a second press from sending the visitor away who was just called", () => {
    const present = called("A012")
    expect(whyNot("next", situation({ ticket: present, outlook: someone, now: NINE + 1_400 }))).toMatch(/just now/)
    expect(whyNot("next", situation({ ticket: present, outlook: someone, now: NINE + 1_500 }))).toBe("")
    expect(whyNot("next", situation({ ticket: { ...present, state: "serving" }, outlook: someone }))).toBe("")
    const free = { ...hall, rules: { ...hall.rules!, next_guard_s: 0 } }
    expect(whyNot("next", situation({ hall: free, ticket: present, outlook: someone }))).toBe("")
  })

  it("spaces recalls by five seconds and allows five", () => {
    const present = called("A012")
    expect(recallRest(hall, present, NINE + 1_200)).toBe(4)
    expect(whyNot("recall", situation({ ticket: present, now: NINE + 4_900 }))).toMatch(/in 1 s/)
    expect(whyNot("recall", situation({ ticket: present, now: NINE + 5_000 }))).toBe("")
    expect(whyNot("recall", situation({ ticket: { ...present, calls: 5 }, now: NINE + 9_000 }))).toBe("")
    expect(whyNot("recall", situation({ ticket: { ...present, calls: 6 }, now: NINE + 9_000 }))).toMatch(/5 times/)
  })
})

describe("the numbers to call by voice", () => {
  it("are the next one and those after, each once", () => {
    expect(nextThree(someone).map((one) => one.number)).toEqual(["A013", "A014"])
    expect(nextThree(outlook({ next: ticket("A1"), upcoming: ["A2", "A3", "A4"].map((n) => ticket(n)) }))).toHaveLength(
      3,
    )
    expect(nextThree(null)).toEqual([])
  })
})

describe("keys", () => {
  it("give each code to one act only", () => {
    const codes = Object.values(KEYS).flatMap((keys) => keys.codes)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it("are shown with the number pad's beside the letter", () => {
    expect(keysOn("next")).toEqual(["Enter", "N"])
    expect(keysOn("recall")).toEqual(["R", "+"])
    const pressed: string[] = []
    const map = keyMap((act) => pressed.push(act))
    for (const code of [
      "NumpadEnter",
      "NumpadAdd",
      "NumpadSubtract",
      "NumpadMultiply",
      "NumpadDivide",
      "Numpad0",
      "NumpadDecimal",
      "Numpad5",
    ])
      map[code]!()
    expect(pressed).toEqual(["next", "recall", "no_show", "hold", "transfer", "complete", "pause", "start"])
  })
})

describe("where a ticket can go", () => {
  const found = (filter: string): string[][] =>
    destinations(snapshot(), "1", called("A012"), filter).map((group) => [
      group.kind,
      ...group.places.map((one) => one.code),
    ])

  it("is every other queue and counter", () => {
    expect(found("")).toEqual([
      ["queues", "tax"],
      ["counters", "2"],
    ])
  })

  it("knows where somebody is on duty", () => {
    const manned = (code: string, counters = snapshot().counters): unknown =>
      destinations(snapshot({ counters }), "1", called("A012"), "")
        .flatMap((group) => group.places)
        .find((one) => one.code === code)?.manned
    expect([manned("tax"), manned("2")]).toEqual([false, false])
    const both = [counter("1"), counter("2", { state: "paused" })]
    expect([manned("tax", both), manned("2", both)]).toEqual([true, true])
  })

  it("narrows by name, code and the characters of a Chinese name", () => {
    expect(destinations(snapshot(), "2", called("B001", { counter_type: "tax" }), "社保")[0]?.places[0]?.code).toBe(
      "social",
    )
    expect(found("tAx")).toEqual([["queues", "tax"]])
    expect(found("2")).toEqual([["counters", "2"]])
    expect(found("zzz")).toEqual([])
  })
})

describe("receipts", () => {
  it("wait for a voice only where one was heard", () => {
    const receipts = keepReceipts()
    const present = called("A012")
    expect(receipts.of(present, NINE + 30_000)).toBeNull()
    receipts.hear(spoken("A011", -60))
    expect(receipts.of(present, NINE + 1_000)?.kind).toBe("speaking")
    expect(receipts.of(present, NINE + 30_000)?.kind).toBe("unspoken")
    receipts.hear(spoken("A012", 3))
    expect(receipts.of(present, NINE + 4_000)).toEqual({ kind: "spoken", text: "Spoken (screen)" })
  })

  it("do not take an older call's receipt for a recall's", () => {
    const receipts = keepReceipts()
    receipts.hear(spoken("A012", 3))
    const recalled = called("A012", { last_called_at: new Date(NINE + 10_000).toISOString(), calls: 2 })
    expect(receipts.of(recalled, NINE + 11_000)?.kind).toBe("speaking")
    receipts.hear(spoken("A012", 12, { result: "failed" }))
    expect(receipts.of(recalled, NINE + 13_000)?.kind).toBe("failed")
    receipts.hear(spoken("A012", 12, { result: "dropped" }))
    expect(receipts.of(recalled, NINE + 13_000)?.kind).toBe("unspoken")
  })
})
