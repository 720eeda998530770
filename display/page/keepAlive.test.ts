import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { hidePointer, keepAwake, pixelShift } from "./keepAlive"

describe("the pointer", () => {
  it("is hidden, shows while it moves, and hides again", () => {
    vi.useFakeTimers()
    const page = document.createElement("html")
    const end = hidePointer(page)
    expect(page.className).toBe("still-pointer")
    page.dispatchEvent(new Event("mousemove"))
    expect(page.className).toBe("")
    vi.advanceTimersByTime(3_000)
    expect(page.className).toBe("still-pointer")
    end()
    page.dispatchEvent(new Event("mousemove"))
    expect(page.className).toBe("")
    vi.useRealTimers()
  })
})

describe("pixelShift", () => {
  it("moves once a minute, by two pixels at most, and comes home", () => {
    const places = new Set<string>()
    for (let minute = 0; minute < 9; minute++) places.add(pixelShift(minute * 60_000 + 59_999))
    expect(places.size).toBe(9)
    expect(pixelShift(9 * 60_000)).toBe("none")
    for (const place of places) expect(place).toMatch(/^(none|translate\(-?[02]px, -?[02]px\))$/)
  })
})

describe("the silent picture that keeps a television awake", () => {
  const log: string[] = []
  const stop = vi.fn()
  let ready: DocumentReadyState

  beforeEach(() => {
    log.length = 0
    ready = "loading"
    vi.spyOn(document, "readyState", "get").mockImplementation(() => ready)
    const paint = { fillStyle: "#000000", fillRect: () => log.push("paint") }
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(paint as unknown as CanvasRenderingContext2D)
    Object.defineProperty(HTMLCanvasElement.prototype, "captureStream", {
      configurable: true,
      value(this: HTMLCanvasElement) {
        log.push(document.body.contains(this) ? "capture in the page" : "capture outside")
        return { getTracks: () => [{ stop }] }
      },
    })
    Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
      configurable: true,
      set: () => log.push("stream"),
    })
    vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(() => {
      log.push("play")
      return Promise.resolve()
    })
  })
  afterEach(() => {
    Reflect.deleteProperty(HTMLCanvasElement.prototype, "captureStream")
    Reflect.deleteProperty(HTMLMediaElement.prototype, "srcObject")
  })

  it("begins after the load event, painted and in the document before it is captured, and leaves nothing", () => {
    const end = keepAwake()
    expect(log).toEqual([])
    dispatchEvent(new Event("load"))
    expect(log).toEqual(["paint", "capture in the page", "stream", "play"])
    end()
    expect(stop).toHaveBeenCalled()
    expect(document.querySelector("canvas, video")).toBeNull()
  })

  it("begins at once where the page is loaded, and never where it was ended before", () => {
    keepAwake()()
    dispatchEvent(new Event("load"))
    expect(log).toEqual([])
    ready = "complete"
    keepAwake()()
    expect(log).toContain("play")
  })
})
