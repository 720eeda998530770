import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { LiveSocket } from "../../web/line"
import type { VisitorTicket } from "../../web/types"
import { aTicket, calledTo } from "./cast"
import { followTicket, type Follower } from "./following"

const START = Date.parse("2026-11-23T09:00:00.000+08:00")
const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const failure = (code: string, status: number): Response => answer({ error: { code, params: {}, message: "" } }, status)
const tagged = (body: unknown, tag: string): Response =>
  new Response(JSON.stringify(body), { status: 200, headers: { ETag: tag } })
/** The tags that the questions after the first one named. */
const sent = (): (string | undefined)[] =>
  asked.mock.calls.slice(1).map(([, init]) => (init.headers as Record<string, string>)["If-None-Match"])

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
  open(ticket: VisitorTicket): void {
    this.connected = true
    this.push("connect")
    this.ack?.({ ok: true, seq: ticket.seq, time: ticket.time, version: "1", snapshot: ticket })
  }
  close(): void {
    this.connected = false
    this.push("disconnect", "transport close")
  }
}

let line: Line
let follower: Follower
const seen = vi.fn()

async function follow(first: Response | Error): Promise<void> {
  if (first instanceof Error) asked.mockRejectedValueOnce(first)
  else asked.mockResolvedValueOnce(first)
  line = new Line()
  follower = followTicket({ token: "tok", onTicket: seen, connect: () => line })
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  asked.mockReset()
  asked.mockImplementation(async () => answer(aTicket()))
  seen.mockReset()
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  follower.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe("following a ticket", () => {
  it("shows the ticket as soon as REST answers, before any socket, and never as staff", async () => {
    await follow(answer(aTicket()))
    expect(follower.state).toMatchObject({ phase: "here", offline: false })
    expect(asked.mock.calls[0]![0]).toBe("/api/v1/tickets/tok")
    expect(asked.mock.calls[0]![1].credentials).toBe("omit")
  })

  it("asks every 10 s without a socket and every 15 s with one", async () => {
    await follow(answer(aTicket()))
    await vi.advanceTimersByTimeAsync(21_000)
    expect(asked).toHaveBeenCalledTimes(3)
    line.open(aTicket())
    asked.mockClear()
    await vi.advanceTimersByTimeAsync(31_000)
    expect(asked).toHaveBeenCalledTimes(2)
  })

  it("hears a call by the socket at once", async () => {
    await follow(answer(aTicket()))
    line.open(aTicket())
    asked.mockImplementation(async () => answer(calledTo("5")))
    line.push("event", { seq: 6, prev: 5, hall: "h", at: "", kind: "ticket_called", ticket: calledTo("5") })
    expect(follower.state.ticket?.counter).toBe("5")
    expect(seen).toHaveBeenLastCalledWith(expect.objectContaining({ state: "called" }))
  })

  it("hears the hall's notice, and keeps the ticket and its clock", async () => {
    await follow(answer(aTicket()))
    line.open(aTicket())
    follower.adopt(aTicket({ ahead: 2, seq: 6 }))
    asked.mockClear()
    const notice = { text: { "zh-CN": "撤离", en: "Leave" }, level: "emergency", at: "" } as const
    const at = "2026-11-23T09:00:05.000+08:00"
    await vi.advanceTimersByTimeAsync(5_000)
    line.push("event", { seq: 7, prev: 5, hall: "h", at, kind: "notice_set", notice })
    expect(follower.state.ticket).toMatchObject({ notice, ahead: 2, seq: 7 })
    expect(follower.state.now).toBe(START + 5_000)
    line.push("event", { seq: 8, prev: 7, hall: "h", at, kind: "notice_set", notice: null })
    expect(follower.state.ticket?.notice).toBeNull()
    expect(asked).not.toHaveBeenCalled() // a thousand phones must not all ask at once
  })

  it("counts the calls of others down at once, and asks for the rest when it is near", async () => {
    await follow(answer(aTicket({ ahead: 9 })))
    line.open(aTicket({ ahead: 9 }))
    asked.mockClear()
    const call = (seq: number, number: string, counter: string, type = "A"): object => ({
      seq,
      number,
      counter,
      counter_types: [type],
    })
    line.push("queues", {
      hall: "h",
      counter_types: ["A", "B"],
      calls: [call(5, "A001", "1"), call(6, "A004", "1"), call(7, "A005", "2"), call(8, "B001", "3", "B")],
    })
    expect(follower.state.ticket).toMatchObject({
      ahead: 7,
      now_serving: [
        { number: "A005", counter: "2" },
        { number: "A004", counter: "1" },
      ],
      seq: 7,
    })
    await vi.advanceTimersByTimeAsync(2_300)
    expect(asked).toHaveBeenCalledTimes(1)
    expect(follower.state.ticket?.ahead).toBe(7) // that answer was older
  })

  it("leaves the questions of those far behind as they are, and news of other queues alone", async () => {
    await follow(answer(aTicket({ ahead: 90 })))
    line.open(aTicket({ ahead: 90 }))
    asked.mockClear()
    line.push("queues", { hall: "h", counter_types: ["B"], calls: [] })
    line.push("queues", {
      hall: "h",
      counter_types: ["A"],
      calls: [{ seq: 9, number: "A004", counter: "1", counter_types: ["A"] }],
    })
    expect(follower.state.ticket?.ahead).toBe(89)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(asked).not.toHaveBeenCalled()
  })

  it("asks nothing while nobody looks, as long as its socket can ring; without one it must", async () => {
    await follow(answer(aTicket()))
    line.open(aTicket())
    const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden")
    asked.mockClear()
    await vi.advanceTimersByTimeAsync(35_000)
    expect(asked).not.toHaveBeenCalled()
    line.close()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked).toHaveBeenCalled()
    hidden.mockRestore()
  })

  it("does not let a late answer undo a call", async () => {
    await follow(answer(aTicket()))
    line.open(aTicket())
    let late: (response: Response) => void = () => {}
    asked.mockImplementation(() => new Promise((resolve) => (late = resolve)))
    void follower.ask()
    line.push("event", { seq: 6, prev: 5, hall: "h", at: "", kind: "ticket_called", ticket: calledTo("5") })
    late(answer(aTicket()))
    await vi.advanceTimersByTimeAsync(0)
    expect(follower.state.ticket?.state).toBe("called")
  })

  it("notices a transfer while it was asleep, until the ticket is called", async () => {
    await follow(answer(aTicket()))
    follower.adopt(aTicket({ counter_type: "B", seq: 6 }))
    expect(follower.state.transferred).toBe(true)
    follower.adopt(calledTo("5", { counter_type: "B", seq: 7 }))
    expect(follower.state.transferred).toBe(false)
  })

  it("says offline with the time of the last answer, and live again after the next", async () => {
    await follow(answer(aTicket()))
    asked.mockRejectedValueOnce(new TypeError("failed"))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state).toMatchObject({ offline: true, updatedAt: START, phase: "here" })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state.offline).toBe(false)
  })

  it("stays calm about one failed question while the socket is there", async () => {
    await follow(answer(aTicket()))
    line.open(aTicket())
    asked.mockRejectedValueOnce(new TypeError("failed"))
    await follower.ask()
    expect(follower.state.offline).toBe(false)
    line.close()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(follower.state.offline).toBe(true)
  })

  it("asks at once when the phone wakes", async () => {
    await follow(answer(aTicket()))
    document.dispatchEvent(new Event("visibilitychange"))
    await vi.advanceTimersByTimeAsync(0)
    dispatchEvent(new Event("pageshow"))
    await vi.advanceTimersByTimeAsync(0)
    dispatchEvent(new Event("online"))
    expect(asked).toHaveBeenCalledTimes(4)
  })

  it("tells an unknown ticket from a server that is away", async () => {
    await follow(failure("unknown_ticket", 404))
    expect(follower.state.phase).toBe("unknown")
    follower.close()
    await follow(new TypeError("failed"))
    expect(follower.state.phase).toBe("unreachable")
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state.phase).toBe("here")
  })

  it("counts by the server's clock, not the phone's", async () => {
    vi.setSystemTime(START + 3_600_000)
    await follow(answer(aTicket()))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(follower.state.now).toBe(START + 2_000)
  })

  it("names what it shows, and takes 'nothing new' as a sign of life", async () => {
    await follow(tagged(aTicket(), "one"))
    asked.mockImplementation(async () => new Response(null, { status: 304, headers: { ETag: "one" } }))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent().every((tag) => tag === "one")).toBe(true)
    expect(follower.state).toMatchObject({
      offline: false,
      phase: "here",
      updatedAt: START + 60_000,
      now: START + 60_000,
    })
    expect(follower.state.ticket).toEqual(aTicket())
    asked.mockImplementation(async () => tagged(calledTo("5"), "two"))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state.ticket?.counter).toBe("5")
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sent().pop()).toBe("two")
  })

  it("is back after a failed question when the next one has nothing new", async () => {
    await follow(tagged(aTicket(), "one"))
    asked.mockRejectedValueOnce(new TypeError("failed"))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state.offline).toBe(true)
    asked.mockImplementation(async () => new Response(null, { status: 304 }))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(follower.state.offline).toBe(false)
  })

  it("asks for all of it once an event has changed what it shows", async () => {
    await follow(tagged(aTicket(), "one"))
    follower.adopt(calledTo("5"))
    asked.mockImplementation(async () => tagged(aTicket(), "one")) // older than the event: not shown
    await vi.advanceTimersByTimeAsync(20_000)
    expect(sent()).toEqual([undefined, undefined])
    expect(follower.state.ticket?.state).toBe("called")
  })

  it("asks rarely once the visit is over", async () => {
    asked.mockImplementation(async () => answer(aTicket({ state: "completed" })))
    await follow(answer(aTicket({ state: "completed" })))
    await vi.advanceTimersByTimeAsync(50_000)
    expect(asked).toHaveBeenCalledTimes(1)
  })
})
