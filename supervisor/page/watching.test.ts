import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { LiveSocket } from "../../web/line"
import { aTicket, aView, NOW } from "./cast"
import { watchHall, type Watcher } from "./watching"

const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const asksOf = (part: string): number => asked.mock.calls.filter(([url]) => url.includes(part)).length

/** A socket on which the test is the server. */
class Line implements LiveSocket {
  connected = false
  private handlers: Record<string, ((message?: unknown) => void)[]> = {}
  private ack: ((answer: unknown) => void) | null = null

  on(name: string, handler: (message?: never) => void): void {
    ;(this.handlers[name] ??= []).push(handler as (message?: unknown) => void)
  }
  off(): void {}
  emit(name: string, ...args: unknown[]): void {
    if (name === "sync") this.ack = args[1] as (answer: unknown) => void
  }
  connect(): void {}
  disconnect(): void {}
  push(name: string, message?: unknown): void {
    this.handlers[name]?.forEach((handler) => handler(message))
  }
  open(): void {
    this.connected = true
    this.push("connect")
    this.ack?.({ ok: true, seq: 7, time: new Date(NOW).toISOString(), version: "1", snapshot: aView() })
  }
  call(seq: number): void {
    const from = { state: "waiting", counter_type: "A", service: "general", counter: null, zone: null }
    this.push("event", {
      seq,
      prev: seq - 1,
      hall: "h",
      at: "",
      kind: "ticket_called",
      ticket: aTicket({ id: seq }),
      from,
    })
  }
}

let line: Line
let watcher: Watcher
const onDenied = vi.fn()
const log = [
  {
    seq: 5,
    prev: 4,
    hall: "h",
    at: "",
    kind: "announcement_spoken",
    number: "A9",
    result: "failed",
    zone: null,
    reason: null,
  },
]

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW })
  onDenied.mockReset()
  asked.mockReset()
  asked.mockImplementation(async (url) => answer(url.includes("/events") ? { events: log } : aView()))
  vi.stubGlobal("fetch", asked)
  line = new Line()
  watcher = watchHall({ hall: "h", onDenied, quiet: () => true, connect: () => line })
  await vi.advanceTimersByTimeAsync(0)
})
afterEach(() => {
  watcher.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe("watching a hall", () => {
  it("tells the newest event, and nothing after a whole snapshot", () => {
    line.open()
    expect(watcher.state.last).toBeNull()
    line.call(8)
    expect(watcher.state.last?.seq).toBe(8)
    line.open()
    expect(watcher.state.last).toBeNull()
  })

  it("asks the live view at once and every 10 s", async () => {
    expect(watcher.state.view?.services).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asksOf("/live")).toBe(3)
  })

  it("asks once for a burst of events, a second later, while the counters change at once", async () => {
    line.open()
    await vi.advanceTimersByTimeAsync(0)
    for (let seq = 8; seq < 28; seq += 1) line.call(seq)
    expect(watcher.live.state.snapshot?.counters[0]?.ticket?.id).toBe(27)
    expect(asksOf("/live")).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asksOf("/live")).toBe(2)
  })

  it("shows the announcements that failed before it looked, and those that fail now", async () => {
    line.open()
    await vi.advanceTimersByTimeAsync(0)
    expect(asked.mock.calls.some(([url]) => url.endsWith("/halls/h/events?since=0"))).toBe(true)
    line.push("event", { ...log[0], seq: 8, prev: 7, number: "A10" })
    expect(watcher.state.failures.map((failed) => failed.number)).toEqual(["A10", "A9"])
  })

  it("keeps the last view when the server does not answer, and says so", async () => {
    asked.mockRejectedValue(new TypeError("failed"))
    await watcher.ask()
    expect(watcher.state.view).not.toBeNull()
    expect(watcher.state.error?.code).toBe("offline")
    expect(onDenied).not.toHaveBeenCalled()
  })

  it("tells when the sign-in has ended", async () => {
    asked.mockImplementation(async () => answer({ error: { code: "not_signed_in", params: {}, message: "" } }, 401))
    await watcher.ask()
    expect(onDenied).toHaveBeenCalled()
  })
})
