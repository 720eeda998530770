import { describe, expect, it, vi } from "vitest"
import { isOutdated, movesOffers, oneAtATime, withOffers } from "./offers"
import type { HallEvent, Service } from "./types"

const aService = (code: string, change: Partial<Service> = {}): Service => ({
  code,
  name: { "zh-CN": code, en: code },
  counter_type: "A",
  group: null,
  open: true,
  ...change,
})
const event = (kind: string, more: Record<string, unknown> = {}): HallEvent =>
  ({ seq: 2, prev: 1, hall: "h", at: "", kind, ...more }) as HallEvent

describe("the offers of a hall", () => {
  const asked = [aService("pass", { remaining: 3 }), aService("tax", { remaining: null })]

  it.each([
    ["another hall file", event("policy_changed", { hall_config: {} }), true],
    ["the hall closing", event("hall_closed"), true],
    ["a booking", event("appointment_booked"), true],
    ["a number of a quota", event("ticket_issued", { ticket: { service: "pass" } }), true],
    ["a number without one", event("ticket_issued", { ticket: { service: "tax" } }), false],
    ["a call", event("ticket_called", { ticket: { service: "pass" } }), false],
  ])("may be others after %s", (_, happened, others) => {
    expect(movesOffers(happened, asked)).toBe(others)
  })

  it("are out of date after a refusal for their sake, not after any", () => {
    expect(["quota_used", "service_closed", "hall_closed", "offline", "phone_needed"].map(isOutdated)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it("join the services of the stream, whose stop switch is the newer word", () => {
    const told = [
      aService("pass", { refused: "quota_used", remaining: 0 }),
      aService("tax", { refused: null, until: "17:30" }),
    ]
    const [pass, tax, fresh] = withOffers([aService("pass"), aService("tax", { open: false }), aService("new")], told)
    expect(pass).toMatchObject({ open: false, refused: "quota_used", remaining: 0 })
    expect(tax).toMatchObject({ open: false, refused: "service_closed", until: "17:30" })
    expect(fresh).toMatchObject({ open: true, refused: null, remaining: null })
  })

  it("are asked for once at a time, and once more when asked for meanwhile", async () => {
    const answers: (() => void)[] = []
    const ask = vi.fn(() => new Promise<void>((resolve) => answers.push(resolve)))
    const soon = oneAtATime(ask)
    const all = [soon(), soon(), soon()]
    expect(ask).toHaveBeenCalledTimes(1)
    answers[0]!()
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(2))
    answers[1]!()
    await Promise.all(all)
    void soon()
    expect(ask).toHaveBeenCalledTimes(3)
  })
})
