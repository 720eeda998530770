import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { locale } from "./i18n"
import { pauseOf, reasonName } from "./pauses"

const hall = {
  pause_reasons: [
    { code: "meal", name: { "zh-CN": "用餐", en: "Meal" }, minutes: 45 },
    { code: "fault", name: { "zh-CN": "设备故障", en: "Fault" }, minutes: null },
  ],
}
const since = "2026-11-23T12:00:00+08:00"
const at = (seconds: number): number => Date.parse(since) + seconds * 1000
beforeEach(() => {
  locale.value = "zh-CN"
})
afterEach(() => {
  locale.value = "zh-CN"
})

describe("a pause", () => {
  it("counts up, and against the minutes that its reason usually takes", () => {
    const counter = { state: "paused" as const, reason: "meal", since }
    expect(pauseOf(hall, counter, at(65))).toEqual({ reason: "用餐", seconds: 65, left: 45 * 60 - 65 })
    expect(pauseOf(hall, counter, at(46 * 60))!.left).toBe(-60)
    expect(pauseOf(hall, { ...counter, reason: "fault" }, at(5))).toEqual({
      reason: "设备故障",
      seconds: 5,
      left: null,
    })
    expect(pauseOf(hall, { ...counter, state: "open" }, at(5))).toBeNull()
  })

  it("has the hall's name in the reader's language, or the clerk's own words", () => {
    locale.value = "en"
    expect([
      reasonName(hall, "meal"),
      reasonName(hall, "dentist"),
      reasonName(hall, null),
      reasonName({}, "meal"),
    ]).toEqual(["Meal", "dentist", "", "meal"])
  })
})
