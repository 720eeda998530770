import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createLive, type Live, type LiveOptions } from "./live"
import type { LiveSocket } from "./line"
import type { HallEvent } from "./types"

type Snapshot = { seen: number[] }
type Sent = { name: string; payload: Record<string, unknown>; ack?: (answer: unknown) => void }
const NOW = Date.parse("2026-11-23T09:00:00+08:00")
const at = (ms: number): string => new Date(NOW + ms).toISOString()

/** Stands in for Socket.IO: remembers what was sent, and lets a test be the server. */
class FakeSocket implements LiveSocket {
  connected = false
  connects = 0
  sent: Sent[] = []
  handlers: Record<string, ((...args: unknown[]) => void)[]> = {}

  on(name: string, handler: (...args: never[]) => void): void {
    ;(this.handlers[name] ??= []).push(handler as (...args: unknown[]) => void)
  }
  off(name: string, handler: unknown): void {
    this.handlers[name] = (this.handlers[name] ?? []).filter((other) => other !== handler)
  }
  emit(name: string, ...args: unknown[]): void {
    this.sent.push({ name, payload: args[0] as Record<string, unknown>, ack: args[1] as Sent["ack"] })
  }
  connect(): void {
    this.connects += 1
  }
  disconnect(): void {
    if (this.connected) this.drop("io client disconnect")
  }
  arrive(name: string, message?: unknown): void {
    this.handlers[name]?.forEach((handler) => handler(message))
  }
  open(): void {
    this.connected = true
    this.arrive("connect")
  }
  drop(reason = "transport close"): void {
    this.connected = false
    this.arrive("disconnect", reason)
  }
  asked(name: string): Sent[] {
    return this.sent.filter((message) => message.name === name)
  }
}

const event = (seq: number, prev: number): HallEvent => ({ seq, prev, hall: "h", at: at(0), kind: "k" })

let socket: FakeSocket
let live: Live<Snapshot>

function start(options: Partial<LiveOptions<Snapshot>> = {}): void {
  socket = new FakeSocket()
  live = createLive<Snapshot>({
    namespace: "/counter",
    hall: "h",
    reduce: (snapshot, { seq }) => ({ seen: [...snapshot.seen, seq] }),
    connect: () => socket,
    ...options,
  })
}

/** Connected and synced at 10, at the server's time `time`. */
function startLive(options: Partial<LiveOptions<Snapshot>> = {}, time = at(0)): void {
  start(options)
  socket.open()
  socket.asked("sync")[0]!.ack!({ ok: true, seq: 10, time, version: "v1", snapshot: { seen: [10] } })
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  sessionStorage.clear()
})
afterEach(() => {
  live.close()
  vi.useRealTimers()
})

describe("sync", () => {
  it("asks with null at first and is live once the snapshot is there", () => {
    start({ zone: "north" })
    expect(live.state.link).toBe("connecting")
    socket.open()
    expect(socket.asked("sync")[0]!.payload).toEqual({ hall: "h", zone: "north", seq: null })
    socket.asked("sync")[0]!.ack!({ ok: true, seq: 0, time: at(0), version: "v1", snapshot: { seen: [] } })
    expect(live.state).toMatchObject({ link: "live", seq: 0, snapshot: { seen: [] } })
  })

  it("applies an event whose prev is the last known one, and forgets a repeated one", () => {
    const heard: number[] = []
    startLive({ onEvent: ({ seq }) => heard.push(seq) })
    socket.arrive("event", event(12, 10))
    socket.arrive("event", event(12, 10))
    socket.arrive("event", event(15, 12))
    expect(live.state.snapshot).toEqual({ seen: [10, 12, 15] })
    expect(heard).toEqual([12, 15])
    expect(socket.asked("sync")).toHaveLength(1)
  })

  it("asks for what it missed when an event does not fit, and keeps those that come meanwhile", () => {
    startLive()
    socket.arrive("event", event(14, 12))
    const ask = socket.asked("sync")[1]!
    expect(ask.payload.seq).toBe(10)
    socket.arrive("event", event(15, 14))
    ask.ack!({ ok: true, seq: 14, time: at(0), version: "v1", events: [event(12, 10), event(14, 12)] })
    expect(live.state.snapshot).toEqual({ seen: [10, 12, 14, 15] })
  })

  it("asks when the heartbeat knows more, and not when it knows the same", () => {
    startLive()
    socket.arrive("heartbeat", { hall: "h", seq: 10, time: at(0), version: "v1" })
    expect(socket.asked("sync")).toHaveLength(1)
    socket.arrive("heartbeat", { hall: "h", seq: 11, time: at(0), version: "v1" })
    expect(socket.asked("sync")).toHaveLength(2)
  })

  it("says what it knows after a cut and takes a snapshot that comes instead of events", () => {
    startLive()
    expect(live.state.connected).toBe(true)
    socket.drop()
    expect(live.state).toMatchObject({ link: "connecting", connected: false })
    socket.open()
    const ask = socket.asked("sync")[1]!
    expect(ask.payload.seq).toBe(10)
    ask.ack!({ ok: true, seq: 900, time: at(0), version: "v1", snapshot: { seen: [900] } })
    expect(live.state).toMatchObject({ link: "live", seq: 900, snapshot: { seen: [900] } })
  })

  it("opens a new line when a sync is not answered", () => {
    start()
    socket.open()
    vi.advanceTimersByTime(5_000)
    expect(socket.connects).toBe(1)
    expect(socket.connected).toBe(false)
  })
})

describe("silence", () => {
  it("is stale after 15 s, offline after 30 s, and live again when heard", () => {
    startLive()
    vi.advanceTimersByTime(14_000)
    expect(live.state.link).toBe("live")
    vi.advanceTimersByTime(1_000)
    expect(live.state.link).toBe("stale")
    socket.arrive("heartbeat", { hall: "h", seq: 10, time: at(15_000), version: "v1" })
    expect(live.state.link).toBe("live")
    vi.advanceTimersByTime(30_000)
    expect(live.state.link).toBe("offline")
    expect(socket.connects).toBeGreaterThan(0)
  })

  it("follows the server's clock, not its own", () => {
    startLive({}, at(3_600_000))
    expect(live.serverNow()).toBe(NOW + 3_600_000)
    vi.advanceTimersByTime(2_000)
    expect(live.state.now).toBe(NOW + 3_602_000)
  })
})

describe("refusals", () => {
  it("stops at a denied connection and says why", () => {
    const denied = vi.fn()
    start({ onDenied: denied })
    socket.arrive("connect_error", { message: "x", data: { code: "bad_token", params: {}, message: "" } })
    expect(live.state.link).toBe("denied")
    expect(denied).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(60_000)
    expect(socket.connects).toBe(0)
  })

  it("comes back after a starting server refused, and after bye not before its time", () => {
    startLive()
    socket.arrive("bye", { retry_ms: 3_000 })
    expect(live.state).toMatchObject({ restarting: true, link: "connecting" })
    vi.advanceTimersByTime(2_900)
    expect(socket.connects).toBe(0)
    vi.advanceTimersByTime(200)
    expect(socket.connects).toBe(1)
    socket.arrive("connect_error", { message: "x", data: { code: "starting", params: {}, message: "" } })
    vi.advanceTimersByTime(2_000)
    expect(socket.connects).toBe(2)
  })
})

describe("send", () => {
  it("answers with the server's answer", async () => {
    startLive()
    const answer = live.send("call_next", { hall: "h", counter: "3" })
    const sent = socket.asked("call_next")[0]!
    expect(sent.payload).toMatchObject({ hall: "h", counter: "3" })
    expect(sent.payload.request_id).toMatch(/^[0-9a-f]{32}$/)
    sent.ack!({ ok: true, seq: 11 })
    expect(await answer).toEqual({ ok: true, seq: 11 })
  })

  it("refuses at once without a line", async () => {
    start()
    expect(await live.send("call_next")).toMatchObject({ ok: false, error: { code: "offline" } })
    expect(socket.asked("call_next")).toHaveLength(0)
  })

  it("sends again with the same request_id when the line breaks under way", async () => {
    startLive()
    const answer = live.send("call_next")
    socket.drop()
    socket.open()
    const [first, second] = socket.asked("call_next")
    expect(second!.payload.request_id).toBe(first!.payload.request_id)
    second!.ack!({ ok: true })
    expect(await answer).toEqual({ ok: true })
  })

  it("keeps what is pressed while the server restarts as it said, and sends it once", async () => {
    startLive()
    socket.arrive("bye", { retry_ms: 400 })
    const answer = live.send("call_next")
    expect(socket.asked("call_next")).toHaveLength(0)
    socket.open()
    expect(socket.asked("call_next")).toHaveLength(1)
    socket.asked("call_next")[0]!.ack!({ ok: true })
    expect(await answer).toEqual({ ok: true })
  })

  it("sends nothing later when the server does not come back", async () => {
    startLive()
    socket.arrive("bye", { retry_ms: 400 })
    const answer = live.send("call_next", {}, { timeoutMs: 1_000 })
    vi.advanceTimersByTime(1_000)
    expect(await answer).toMatchObject({ ok: false, error: { code: "offline" } })
    socket.open()
    expect(socket.asked("call_next")).toHaveLength(0)
  })

  it("says no_answer when the time is up, and sends no more", async () => {
    startLive()
    const answer = live.send("call_next", {}, { timeoutMs: 1_000 })
    vi.advanceTimersByTime(1_000)
    expect(await answer).toMatchObject({ ok: false, error: { code: "no_answer" } })
    socket.drop()
    socket.open()
    expect(socket.asked("call_next")).toHaveLength(1)
  })
})

describe("a new version", () => {
  it("loads at a quiet moment and only when the server answers", async () => {
    const reload = vi.fn()
    const health = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue({ ok: true })
    vi.stubGlobal("fetch", health)
    let quiet = false
    startLive({ reload, quiet: () => quiet })
    socket.arrive("heartbeat", { hall: "h", seq: 10, time: at(0), version: "v2" })
    expect(live.state.newVersion).toBe(true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(health).not.toHaveBeenCalled()
    quiet = true
    await vi.advanceTimersByTimeAsync(5_000)
    expect(health).toHaveBeenCalledOnce()
    expect(reload).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reload).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reload).toHaveBeenCalledOnce()
    vi.unstubAllGlobals()
  })
})
