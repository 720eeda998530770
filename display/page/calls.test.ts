import { describe, expect, it } from "vitest"
import { arrangeCalls, listPage, PAGE_MS } from "./calls"
import { ago, call, NOW } from "./cast"

const numbers = (calls: { number: string }[]) => calls.map((one) => one.number)

describe("a call", () => {
  it("stands lit on the stage for 20 s and is not in the list meanwhile", () => {
    const { stage, list } = arrangeCalls([call("A002", "3", 19), call("A001", "1", 300)], NOW)
    expect(stage).toMatchObject([{ number: "A002", counter: "3", lit: true }])
    expect(numbers(list)).toEqual(["A001"])
  })

  it("then joins the list, and stays on the stage, steady, until the next", () => {
    const { stage, list } = arrangeCalls([call("A002", "3", 20), call("A001", "1", 300)], NOW)
    expect(stage).toMatchObject([{ number: "A002", lit: false }])
    expect(numbers(list)).toEqual(["A002", "A001"])
  })

  it("is in the list at once where there is no stage", () => {
    expect(arrangeCalls([call("A002", "3", 1), call("A001", "1", 300)], NOW).all).toMatchObject([
      { number: "A002", lit: true },
      { number: "A001", lit: false },
    ])
  })

  it("is there at once although the hall's clock runs a moment behind", () => {
    expect(arrangeCalls([call("A002", "3", -2)], NOW).stage).toMatchObject([{ number: "A002", lit: true }])
  })
})

describe("calls at once", () => {
  it("share the stage when they came within 10 s, the first one first", () => {
    const { stage } = arrangeCalls([call("B001", "2", 1), call("A001", "1", 11)], NOW)
    expect(numbers(stage)).toEqual(["A001", "B001"])
  })

  it("keep their order also within one millisecond", () => {
    const [first, second] = [call("A001", "1", 1), call("B001", "2", 1)]
    expect(numbers(arrangeCalls([second, first], NOW).stage)).toEqual(["A001", "B001"])
  })

  it("make room when they came earlier, and are lit in the list", () => {
    const { stage, list } = arrangeCalls([call("B001", "2", 1), call("A001", "1", 12)], NOW)
    expect(numbers(stage)).toEqual(["B001"])
    expect(numbers(list)).toEqual(["A001"])
    expect(list[0]?.lit).toBe(true)
  })

  it("are one of each counter: whoever it called before is done or did not come", () => {
    const missed = { ...call("A001", "1", 9), state: "parked" as const }
    const { stage, list } = arrangeCalls([call("A002", "1", 1), call("B001", "2", 5), missed], NOW)
    expect(numbers(stage)).toEqual(["B001", "A002"])
    expect(numbers(list)).toEqual([])
  })

  it("are of those who are there: who is done, or did not come, is at no counter any more", () => {
    const states = ["completed", "parked", "no_show", "held"] as const
    const gone = states.map((state, n) => ({ ...call(`A00${n + 1}`, String(n + 1), 60), state }))
    const { stage, list, all } = arrangeCalls([...gone, { ...call("A009", "9", 90), state: "serving" as const }], NOW)
    expect([numbers(stage), numbers(all)]).toEqual([["A009"], ["A009"]])
    expect(numbers(list)).toEqual(["A009"])
  })

  it("are four at most; the others are lit in the list, nobody is lost", () => {
    const six = [6, 5, 4, 3, 2, 1].map((n) => call(`A00${n}`, String(n), 7 - n))
    const { stage, list } = arrangeCalls(six, NOW)
    expect(numbers(stage)).toEqual(["A003", "A004", "A005", "A006"])
    expect(numbers(list)).toEqual(["A002", "A001"])
    expect(list.every((one) => one.lit)).toBe(true)
  })
})

describe("a recall", () => {
  const before = [call("A003", "3", 60), call("A002", "2", 90), call("A001", "1", 120)]
  const recalled = before.map((one) => (one.number === "A002" ? { ...one, calls: 2, last_called_at: ago(1) } : one))

  it("lights its row up where it is and adds none", () => {
    const { list } = arrangeCalls(recalled, NOW)
    expect(numbers(list)).toEqual(numbers(arrangeCalls(before, NOW).list))
    expect(list.map((one) => one.lit)).toEqual([false, true, false])
  })

  it("takes the stage and plays its animation again", () => {
    const { stage } = arrangeCalls(recalled, NOW)
    expect(stage).toMatchObject([{ number: "A002", lit: true }])
    expect(stage[0]?.key).not.toBe(arrangeCalls(before.slice(1), NOW).stage[0]?.key)
  })
})

describe("what may not be shown", () => {
  it.each([
    ["waits again after a transfer", { state: "waiting" as const }],
    ["was cancelled", { state: "cancelled" as const }],
    ["has no counter", { counter: null }],
  ])("a number that %s", (_what, change) => {
    const { stage, list } = arrangeCalls([{ ...call("A001", "1", 1), ...change }], NOW)
    expect([stage, list]).toEqual([[], []])
  })

  it("calls of other zones, when the screen has zones", () => {
    const both = [call("A002", "15", 1), call("A001", "1", 2)]
    expect(numbers(arrangeCalls(both, NOW, ["east"]).stage)).toEqual(["A001"])
    expect(numbers(arrangeCalls(both, NOW, ["west", "east"]).stage)).toEqual(["A001", "A002"])
  })
})

describe("a list that is too short", () => {
  const ten = Array.from({ length: 10 }, (_, n) => call(`A${String(20 - n)}`, "1", 25 + n))
  const all = arrangeCalls(ten, NOW).all
  const at = (seconds: number) => listPage(all, 3, Math.floor(NOW / (4 * PAGE_MS)) * 4 * PAGE_MS + seconds * 1000)

  it("shows those who are awaited in turn, and says that there are more", () => {
    const turns = [0, 6, 12, 18].map(at)
    expect(turns.map((turn) => `${turn.page}/${turn.pages}`)).toEqual(["1/4", "2/4", "3/4", "4/4"])
    expect(turns.flatMap((turn) => numbers(turn.calls))).toEqual(numbers(all))
  })

  it("stays with the newest when those who are awaited have a place, were called long ago, or have come", () => {
    for (const calls of [
      ten.slice(0, 3),
      ten.map((one) => ({ ...one, state: "serving" as const })),
      ten.map((one, n) => call(one.number, "1", 60 + n)),
    ]) {
      expect(listPage(arrangeCalls(calls, NOW).all, 3, NOW)).toMatchObject({ page: 1, pages: 1 })
      expect(numbers(listPage(arrangeCalls(calls, NOW).all, 3, NOW).calls)).toEqual(numbers(calls).slice(0, 3))
    }
  })
})
