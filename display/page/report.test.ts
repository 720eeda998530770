import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createReporter, type Reporter, type ScreenStatus } from "./report"

const START: ScreenStatus = { sound: "blocked", volume: 1, last_spoken: null, layout: "landscape-list", errors: 0 }
const tell = vi.fn()
let reporter: Reporter

beforeEach(() => {
  vi.useFakeTimers()
  tell.mockReset()
  reporter = createReporter(tell, START)
})
afterEach(() => {
  reporter.stop()
  vi.useRealTimers()
})

describe("the report of a screen", () => {
  it("is told at a change, and only then", () => {
    reporter.change({ sound: "on" })
    reporter.change({ sound: "on" })
    expect(tell.mock.calls).toEqual([[{ ...START, sound: "on" }]])
  })

  it("is told every 30 s, until the page ends", () => {
    vi.advanceTimersByTime(60_000)
    expect(tell).toHaveBeenCalledTimes(2)
    reporter.stop()
    vi.advanceTimersByTime(60_000)
    expect(tell).toHaveBeenCalledTimes(2)
  })

  it("counts the faults of the page", () => {
    window.dispatchEvent(new Event("error"))
    reporter.fault()
    reporter.report()
    expect(tell).toHaveBeenLastCalledWith({ ...START, errors: 2 })
  })
})
