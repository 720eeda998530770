import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { play, unlock, unlocked } from "./chime"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it("gives up where the browser has no sound device and never says so", async () => {
  vi.stubGlobal(
    "AudioContext",
    class {
      state = "suspended"
      resume = () => new Promise<void>(() => {})
    },
  )
  const tried = unlock()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await tried).toBe(false)
  expect(unlocked()).toBe(false)
  expect(play).not.toThrow()
})
