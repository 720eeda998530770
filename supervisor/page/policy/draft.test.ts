import { beforeEach, describe, expect, it } from "vitest"
import { setLocale } from "../../../web/i18n"
import { aClass, aComparison, aRule, BALANCED, FIRST } from "./cast"
import { classesOf, MEASURES, optionOf, shownFigure } from "./chart"
import {
  addLane,
  classInWords,
  contradictions,
  copyOf,
  dropLane,
  hasTiers,
  inLane,
  presetLike,
  sameRule,
  wholeInWords,
  withLanes,
} from "./draft"

beforeEach(() => setLocale("en"))

describe("two rules", () => {
  it("are the same whatever order their classes have", () => {
    const { ordinary, appointment, priority } = aRule().classes
    const turned = aRule({ classes: { priority: priority!, appointment: appointment!, ordinary: ordinary! } })
    expect(sameRule(aRule(), turned)).toBe(true)
    expect(presetLike(turned, [FIRST, BALANCED])?.name).toBe("balanced")
  })

  it.each([
    aRule({ guard_every: 2 }),
    aRule({ fallbacks_rank_last: false }),
    withLanes(aRule()),
    aRule({ classes: { ...aRule().classes, ordinary: aClass({ guard: null }) } }),
  ])("differ by any of their numbers", (other) => {
    expect(sameRule(aRule(), other)).toBe(false)
    expect(presetLike(other, [BALANCED])).toBeUndefined()
  })

  it("do not share what is edited", () => {
    const copy = copyOf(BALANCED)
    copy.classes.ordinary!.speed = 9
    expect(BALANCED.classes.ordinary!.speed).toBe(1)
    expect("name" in copy).toBe(false)
  })
})

describe("lanes", () => {
  it("begin with appointments and all others", () => {
    expect(withLanes(aRule()).lanes.map(({ share, classes }) => [share, classes])).toEqual([
      [2, ["appointment"]],
      [1, ["ordinary", "priority"]],
    ])
    const without = { ordinary: aClass(), priority: aClass() }
    expect(withLanes(aRule({ classes: without })).lanes.map((lane) => lane.classes)).toEqual([
      ["ordinary"],
      ["priority"],
    ])
  })

  it("hold each class once, wherever it goes", () => {
    const moved = inLane(addLane(withLanes(aRule())), "priority", 2)
    expect(moved.lanes.map((lane) => lane.classes)).toEqual([["appointment"], ["ordinary"], ["priority"]])
    expect(new Set(moved.lanes.map((lane) => lane.code)).size).toBe(3)
    expect(dropLane(moved, 1).lanes.map((lane) => lane.classes)).toEqual([["appointment", "ordinary"], ["priority"]])
    expect(new Set(addLane(dropLane(moved, 1)).lanes.map((lane) => lane.code)).size).toBe(3)
  })
})

describe("what does not fit together", () => {
  const rule = (change: Partial<ReturnType<typeof aClass>>): ReturnType<typeof aRule> =>
    aRule({ classes: { ...aRule().classes, ordinary: aClass(change) } })

  it("is nothing in a sound rule", () => {
    for (const sound of [aRule(), withLanes(aRule()), BALANCED, FIRST, rule({ guard: 30 })])
      expect(contradictions(sound)).toEqual([])
  })

  it.each<[string, ReturnType<typeof aRule>]>([
    ["Walk-ins: overdue after 20 min is shorter than the target of 30 min", rule({ guard: 20 })],
    ["Walk-ins: Points a minute must be a number from 0.1 to 100", rule({ speed: 0 })],
    ["Walk-ins: Target (min) must be a number", rule({ target: Number.NaN })],
    ["Walk-ins: Tier must be a whole number from 0 to 9", rule({ tier: 1.5 })],
    ["whole number from 1 to 20", aRule({ guard_every: 0 })],
    [
      "Lane 1: a share of 0 would never be called",
      aRule({ lanes: [{ ...withLanes(aRule()).lanes[0]!, share: 0 }, withLanes(aRule()).lanes[1]!] }),
    ],
    ["Lane 3 has no class", addLane(withLanes(aRule()))],
    ["One lane alone", aRule({ lanes: [withLanes(aRule()).lanes[0]!] })],
  ])("is said: %s", (said, wrong) => {
    const found = contradictions(wrong)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(said)
  })
})

describe("a rule in words", () => {
  it("says only what there is to say", () => {
    const { ordinary, appointment } = aRule().classes
    expect(classInWords(ordinary!, false)).toBe("1 point a minute, overdue after 60 min, target 30 min")
    expect(classInWords(appointment!, true)).toBe(
      "tier 1, 2 points a minute, 15 min head start, overdue after 60 min, target 10 min",
    )
    expect(classInWords(aClass({ guard: null }), false)).toContain("never overdue")
    expect(wholeInWords(BALANCED)).toEqual([
      "Somebody overdue goes first at most every 3 calls",
      "Own types before fallbacks",
    ])
    expect(wholeInWords(FIRST)).toHaveLength(1)
    expect(wholeInWords(withLanes(aRule()))[0]).toBe("Shares of calls: Appointments 2 : Walk-ins + Priority 1")
    expect([hasTiers(BALANCED), hasTiers(aRule({ classes: { a: aClass(), b: aClass({ tier: 0 }) } }))]).toEqual([
      false,
      true,
    ])
  })
})

describe("a picture", () => {
  const inks = { ink: "#000", muted: "#333", line: "#ccc", font: "sans-serif" }

  it("has a bar for each class and rule, told apart without colour too", () => {
    const option = optionOf(aComparison(), "mean", inks, true) as {
      series: { name: string; data: number[] }[]
      yAxis: { data: string[] }
      aria: { decal: unknown }
      animation: boolean
    }
    expect(option.series.map(({ name, data }) => [name, data])).toEqual([
      ["Walk-ins", [12.34, 12.34, 12.34]],
      ["Appointments", [3, 3, 3]],
    ])
    expect(option.yAxis.data).toEqual(["Balanced", "First come", "The rule being edited"])
    expect([option.aria.decal, option.animation]).toEqual([{ show: true }, false])
  })

  it("says figures as the table does", () => {
    const line = aComparison().results[0]!.all
    expect(MEASURES.map((measure) => shownFigure(line, measure))).toEqual(["12", "30", "61", "88%", "15"])
    expect([shownFigure(undefined, "mean"), classesOf({ ...aComparison(), results: [] })]).toEqual(["–", []])
  })
})
