import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createAlarm } from "./alarm"
import { aTicket, calledTo } from "./cast"

describe("the alarm", () => {
  const ring = vi.fn()
  const onRinging = vi.fn()
  beforeEach(() => {
    vi.useFakeTimers()
    ring.mockReset()
    onRinging.mockReset()
  })
  afterEach(() => vi.useRealTimers())

  it("rings at a call, again and again, and stops when the visitor says so", () => {
    const alarm = createAlarm({ ring, onRinging })
    alarm.see(calledTo("5"))
    expect(ring).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(8_000)
    expect(ring).toHaveBeenCalledTimes(3)
    alarm.hush()
    vi.advanceTimersByTime(60_000)
    expect(ring).toHaveBeenCalledTimes(3)
    expect(onRinging.mock.calls).toEqual([[true], [false]])
  })

  it("does not start anew for the same call seen again, but does for a recall", () => {
    const alarm = createAlarm({ ring })
    alarm.see(calledTo("5"))
    alarm.hush()
    alarm.see(calledTo("5"))
    expect(ring).toHaveBeenCalledTimes(1)
    alarm.see(calledTo("5", { calls: 2, last_called_at: "2026-11-23T09:00:30+08:00" }))
    expect(ring).toHaveBeenCalledTimes(2)
    alarm.stop()
  })

  it("stops when the call is over, and by itself after a minute", () => {
    const alarm = createAlarm({ ring })
    alarm.see(calledTo("5"))
    alarm.see(aTicket({ state: "serving" }))
    vi.advanceTimersByTime(60_000)
    expect(ring).toHaveBeenCalledTimes(1)
    alarm.see(calledTo("6", { called_at: "2026-11-23T09:10:00+08:00" }))
    vi.advanceTimersByTime(600_000)
    expect(ring).toHaveBeenCalledTimes(1 + 15)
  })

  it("rings once when it is soon, however the count wavers, and once more after a rejoin", () => {
    const alarm = createAlarm({ ring })
    for (const ahead of [5, 1, 2, 1, 0]) alarm.see(aTicket({ ahead }))
    expect(ring).toHaveBeenCalledTimes(1)
    alarm.see(aTicket({ state: "parked", ahead: null, wait: null }))
    alarm.see(aTicket({ ahead: 1 }))
    expect(ring).toHaveBeenCalledTimes(2)
  })
})
