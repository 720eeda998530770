import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { sentences, watchNetwork } from "./network"

const strip = (): string => document.getElementById("network-stops-websockets")?.textContent ?? ""

describe("a network that stops websockets", () => {
  let connected: boolean
  let answering: boolean
  const answers = vi.fn(async () => answering)

  beforeEach(() => {
    vi.useFakeTimers()
    connected = false
    answering = true
    answers.mockClear()
  })
  afterEach(() => vi.useRealTimers())

  /** As createLive does: a look each second. */
  async function pass(watch: ReturnType<typeof watchNetwork>, seconds: number): Promise<void> {
    for (let n = 0; n < seconds; n++) {
      await vi.advanceTimersByTimeAsync(1_000)
      watch.tick()
    }
    await vi.advanceTimersByTimeAsync(0)
  }

  it("is named within 20 s, in both languages, and no more when a socket comes through", async () => {
    const watch = watchNetwork({ isConnected: () => connected, answers })
    await pass(watch, 9)
    expect(strip()).toBe("")
    await pass(watch, 10)
    expect(strip()).toContain("不允许 WebSocket")
    expect(strip()).toContain("stops websockets")
    connected = true
    await pass(watch, 1)
    expect(strip()).toBe("")
    watch.stop()
  })

  it("is not taken for a server that is away, and the strip goes when the server does", async () => {
    const watch = watchNetwork({ isConnected: () => connected, answers })
    answering = false
    await pass(watch, 30)
    expect(strip()).toBe("")
    answering = true
    await pass(watch, 9)
    expect(strip(), "it has come back: the socket has its time to follow").toBe("")
    await pass(watch, 9)
    expect(strip()).not.toBe("")
    answering = false
    await pass(watch, 5)
    expect(strip()).toBe("")
    watch.stop()
  })

  it("is not taken for a server that refuses the connection by its own word", async () => {
    const watch = watchNetwork({ isConnected: () => connected, answers })
    for (let n = 0; n < 10; n++) {
      await pass(watch, 3)
      watch.heard()
    }
    expect(answers).not.toHaveBeenCalled()
    watch.stop()
  })

  it("leaves nothing behind when the page's store is closed", async () => {
    const watch = watchNetwork({ isConnected: () => connected, answers })
    await pass(watch, 15)
    watch.stop()
    expect(strip()).toBe("")
  })
})

describe("what is said of it", () => {
  it("names the place, what to ask for, HTTPS where it is not used, and what works until then", () => {
    const [zh, en] = sentences({ origin: "http://hall:8000", pathname: "/display", protocol: "http:" })
    for (const text of [zh, en]) expect(text).toContain("http://hall:8000/socket.io/")
    expect(en).toContain("HTTP Upgrade")
    expect(en).toContain("HTTPS")
    expect(zh).toContain("/display/basic")
    expect(sentences({ origin: "https://hall", pathname: "/counter", protocol: "https:" })[1]).not.toContain(
      "HTTPS address",
    )
  })
})
