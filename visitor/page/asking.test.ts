import { mount } from "@vue/test-utils"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { askWhileSeen } from "./asking"

const ask = vi.fn()
const look = (state: "visible" | "hidden"): void => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state)
  document.dispatchEvent(new Event("visibilitychange"))
}

beforeEach(() => {
  vi.useFakeTimers()
  ask.mockReset()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it("asks while the page is seen, not while it is hidden, and at once when it is seen again", () => {
  const page = mount({ template: "<p></p>", setup: () => askWhileSeen(ask, 15_000) })
  vi.advanceTimersByTime(31_000)
  expect(ask).toHaveBeenCalledTimes(2)
  look("hidden")
  vi.advanceTimersByTime(60_000)
  expect(ask).toHaveBeenCalledTimes(2)
  look("visible")
  expect(ask).toHaveBeenCalledTimes(3)
  vi.advanceTimersByTime(15_000)
  expect(ask).toHaveBeenCalledTimes(4)
  page.unmount()
  vi.advanceTimersByTime(60_000)
  look("visible")
  expect(ask).toHaveBeenCalledTimes(4)
})
