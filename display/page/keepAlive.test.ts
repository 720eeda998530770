import { describe, expect, it, vi } from "vitest"
import { hidePointer, pixelShift } from "./keepAlive"

describe("the pointer", () => {
  it("is hidden, shows while it moves, and hides again", () => {
    vi.useFakeTimers()
    const page = document.createElement("html")
    const end = hidePointer(page)
    expect(page.className).toBe("still-pointer")
    page.dispatchEvent(new Event("mousemove"))
    expect(page.className).toBe("")
    vi.advanceTimersByTime(3_000)
    expect(page.className).toBe("still-pointer")
    end()
    page.dispatchEvent(new Event("mousemove"))
    expect(page.className).toBe("")
    vi.useRealTimers()
  })
})

describe("pixelShift", () => {
  it("moves once a minute, by two pixels at most, and comes home", () => {
    const places = new Set<string>()
    for (let minute = 0; minute < 9; minute++) places.add(pixelShift(minute * 60_000 + 59_999))
    expect(places.size).toBe(9)
    expect(pixelShift(9 * 60_000)).toBe("none")
    for (const place of places) expect(place).toMatch(/^(none|translate\(-?[02]px, -?[02]px\))$/)
  })
})
