import { describe, expect, it } from "vitest"
import { momentOf } from "./momentOf"

const NINE = Date.parse("2026-11-23T09:00:30.250+08:00")

describe("a time of today", () => {
  it("is a moment on the hall's clock", () => {
    expect(Date.parse(momentOf("14:30", NINE, "Asia/Shanghai")!)).toBe(Date.parse("2026-11-23T14:30:00+08:00"))
    expect(Date.parse(momentOf("9:01", NINE, "Asia/Shanghai")!)).toBe(Date.parse("2026-11-23T09:01:00+08:00"))
  })

  it("is none when it has passed or is no time", () => {
    for (const wrong of ["", "09:00", "24:00", "9:60", "later"])
      expect(momentOf(wrong, NINE, "Asia/Shanghai")).toBeNull()
  })
})
