import { describe, expect, it } from "vitest"
import { dayText, momentText } from "./days"

const SHANGHAI = "Asia/Shanghai"
const LATE = Date.parse("2026-11-23T17:30:00Z") // past midnight in Shenzhen

describe("a day", () => {
  it("is the hall's, not the screen's", () => {
    expect(dayText(LATE, "zh-CN", SHANGHAI)).toBe("11月24日 星期二")
    expect(dayText(LATE, "en", SHANGHAI)).toMatch(/^Tuesday,? 24 November$/)
  })

  it("is drawn also where the browser does not know the zone", () => {
    expect(dayText(LATE, "zh-CN", "Nowhere/Land")).toMatch(/^11月2[34]日 星期[一二]$/)
  })
})

describe("the next opening", () => {
  it("is today by its hour, another day by its name", () => {
    expect(momentText("2026-11-24T14:00:00+08:00", LATE, "zh-CN", SHANGHAI)).toBe("今天 14:00")
    expect(momentText("2026-11-24T14:00:00+08:00", LATE, "en", SHANGHAI)).toBe("today 14:00")
    expect(momentText("2026-11-25T09:00:00+08:00", LATE, "zh-CN", SHANGHAI)).toBe("11月25日 星期三 09:00")
  })
})
