import { beforeEach, describe, expect, it, vi } from "vitest"
import { createSound, type SoundState } from "./sound"

/** A sound card on paper: time moves when the test says so, and each source notes when it began. */
class Card {
  state = "running"
  currentTime = 0
  destination = {}
  onstatechange: (() => void) | null = null
  started: { url: string; at: number }[] = []
  stopped: string[] = []
  resume = vi.fn(() => {
    this.change("running")
    return Promise.resolve()
  })
  gain = { gain: { value: 1 }, connect: vi.fn() }
  private ending: (() => void)[] = []

  createGain(): unknown {
    return this.gain
  }
  decodeAudioData(data: ArrayBuffer, done: (buffer: unknown) => void, failed: (error: Error) => void): undefined {
    const url = new TextDecoder().decode(data)
    if (url.includes("broken")) failed(new Error("decode"))
    else done({ url, duration: 2 })
  }
  createBufferSource(): unknown {
    const source = {
      buffer: { url: "" },
      onended: null as (() => void) | null,
      connect: vi.fn(),
      disconnect: vi.fn(),
      start: (at: number) => {
        this.started.push({ url: source.buffer.url, at })
        this.ending.push(() => source.onended?.())
      },
      stop: () => this.stopped.push(source.buffer.url),
    }
    return source
  }
  change(state: string): void {
    this.state = state
    this.onstatechange?.()
  }
  finish(): void {
    this.ending.splice(0).forEach((end) => end())
  }
}

let card: Card
let states: SoundState[]
const fetched = vi.fn((url: string) =>
  url.includes("gone")
    ? Promise.reject(new Error("404"))
    : Promise.resolve(new TextEncoder().encode(url).buffer as ArrayBuffer),
)

const make = (options: { muted?: boolean; volume?: number } = {}) =>
  createSound({
    context: card as unknown as AudioContext,
    fetchClip: fetched,
    onChange: (state) => states.push(state),
    ...options,
  })
const chime = { url: "/api/v1/clips/chime", role: "chime" as const, gap_ms: 0 }
const chinese = { url: "/api/v1/clips/zh", role: "speech" as const, gap_ms: 100 }
const english = { url: "/api/v1/clips/en", role: "speech" as const, gap_ms: 300 }
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

beforeEach(() => {
  card = new Card()
  states = []
  fetched.mockClear()
})

describe("play", () => {
  it("sounds the chime, then each language after its gap, and says so when the last has ended", async () => {
    const played = make().play({ play: "p1", items: [chime, chinese, english], volume: 1 })
    await settle()
    expect(card.started.map((one) => [one.url, one.at.toFixed(2)])).toEqual([
      [chime.url, "0.00"],
      [chinese.url, "2.10"],
      [english.url, "4.40"],
    ])
    card.finish()
    expect(await played).toEqual({ ok: true })
  })

  it("takes prepared clips without asking again", async () => {
    const sound = make()
    sound.prepare([chime.url, chinese.url])
    await settle()
    const played = sound.play({ play: "p1", items: [chime, chinese], volume: 1 })
    await settle()
    card.finish()
    await played
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it("turns its own volume and the announcement's into one", async () => {
    const played = make({ volume: 0.5 }).play({ play: "p1", items: [chime], volume: 0.8 })
    expect(card.gain.gain.value).toBeCloseTo(0.4)
    await settle()
    card.finish()
    await played
  })

  it.each([
    ["a clip that is gone", "/gone"],
    ["a clip that cannot be decoded", "/broken"],
    ["a foreign host", "//elsewhere.example/x"],
  ])("sounds the rest and reports %s", async (_what, url) => {
    const played = make().play({ play: "p1", items: [chime, { ...chinese, url }], volume: 1 })
    await settle()
    expect(card.started.map((one) => one.url)).toEqual([chime.url])
    card.finish()
    expect(await played).toEqual({ ok: false, error: "clip" })
  })

  it("asks again for a clip that could not be had before", async () => {
    const sound = make()
    sound.prepare(["/gone"])
    await settle()
    sound.prepare(["/gone"])
    await settle()
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it("is over when a newer one begins", async () => {
    const sound = make()
    const first = sound.play({ play: "p1", items: [chime], volume: 1 })
    await settle()
    const second = sound.play({ play: "p2", items: [chinese], volume: 1 })
    expect(await first).toEqual({ ok: false, error: "stopped" })
    await settle()
    card.finish()
    expect(await second).toEqual({ ok: true })
  })

  it("does not wait for ever for an end that never comes", async () => {
    vi.useFakeTimers()
    const played = make().play({ play: "p1", items: [chime], volume: 1 })
    await vi.advanceTimersByTimeAsync(2_000)
    card.state = "interrupted"
    await vi.advanceTimersByTimeAsync(2_100)
    expect(await played).toEqual({ ok: false, error: "blocked" })
    vi.useRealTimers()
  })
})

describe("stop", () => {
  it("silences its play and no other", async () => {
    const sound = make()
    const played = sound.play({ play: "p1", items: [chime, chinese], volume: 1 })
    await settle()
    sound.stop("p0")
    expect(card.stopped).toEqual([])
    sound.stop("p1")
    expect(card.stopped).toEqual([chime.url, chinese.url])
    expect(await played).toEqual({ ok: false, error: "stopped" })
  })
})

describe("a locked browser", () => {
  it("is blocked, refuses to play, and is free after a key", async () => {
    card.state = "suspended"
    const sound = make()
    expect(sound.state()).toBe("blocked")
    expect(await sound.play({ play: "p1", items: [chime], volume: 1 })).toEqual({ ok: false, error: "blocked" })
    expect(await sound.unlock()).toBe(true)
    expect(states).toEqual(["on"])
  })

  it("does not hang on a resume that never settles", async () => {
    vi.useFakeTimers()
    card.state = "suspended"
    card.resume.mockImplementation(() => new Promise(() => undefined))
    const unlocked = make().unlock()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await unlocked).toBe(false)
    expect(states).toEqual(["blocked"])
    vi.useRealTimers()
  })

  it("tells when the browser takes the sound away again", () => {
    make()
    card.change("suspended")
    expect(states).toEqual(["blocked"])
  })
})

describe("a screen that shall be silent", () => {
  it("says muted and stops what sounds", async () => {
    const sound = make()
    const played = sound.play({ play: "p1", items: [chime], volume: 1 })
    await settle()
    sound.setMuted(true)
    expect(await played).toEqual({ ok: false, error: "stopped" })
    expect(await sound.play({ play: "p2", items: [chime], volume: 1 })).toEqual({ ok: false, error: "muted" })
  })

  it("is off without Web Audio", async () => {
    const sound = createSound({ context: null })
    expect(sound.state()).toBe("off")
    expect(await sound.play({ play: "p1", items: [chime], volume: 1 })).toEqual({ ok: false, error: "off" })
  })
})
