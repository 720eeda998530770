import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createCaptions, type Caption, type CaptionLine } from "./captions"

const caption = (more: Partial<Caption> = {}): Caption => ({
  zone: null,
  call_seq: 7,
  until_ms: 4_000,
  lines: [
    { language: "zh-CN", text: "请 A012 号到 3 号窗口" },
    { language: "en", text: "Ticket A012, please proceed to counter 3" },
  ],
  ...more,
})

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe("captions", () => {
  it("stand as long as the voice speaks", () => {
    const captions = createCaptions()
    captions.show(caption())
    vi.advanceTimersByTime(3_999)
    expect(captions.lines.value.map((line) => line.language)).toEqual(["zh-CN", "en"])
    vi.advanceTimersByTime(1)
    expect(captions.lines.value).toEqual([])
  })

  it("are one Chinese line where Mandarin and Cantonese are the same words", () => {
    const captions = createCaptions()
    const [zh, en] = caption().lines as [CaptionLine, CaptionLine]
    const hk = { language: "zh-HK", text: "請 A012 號到 3 號窗口" }
    captions.show(caption({ lines: [zh, hk, en] }))
    expect(captions.lines.value).toEqual([zh, en])
    const other = [
      { language: "zh-HK", text: "A012 號請去 3 號櫃檯" },
      { language: "zh-HK", text: "請 A013 號到 3 號窗口" },
    ]
    for (const line of other) {
      captions.show(caption({ lines: [zh, line, en] }))
      expect(captions.lines.value).toEqual([zh, line, en])
    }
  })

  it("know a notice, which belongs to no call", () => {
    const captions = createCaptions()
    captions.show(caption())
    expect(captions.ofNotice.value).toBe(false)
    captions.show(caption({ call_seq: null }))
    expect(captions.ofNotice.value).toBe(true)
  })

  it("give way to the next, which has its whole time", () => {
    const captions = createCaptions()
    captions.show(caption())
    vi.advanceTimersByTime(3_000)
    captions.show(caption({ lines: [{ language: "en", text: "next" }] }))
    vi.advanceTimersByTime(3_000)
    expect(captions.lines.value).toEqual([{ language: "en", text: "next" }])
  })

  it("never stand for ever, and never flicker", () => {
    const captions = createCaptions()
    captions.show(caption({ until_ms: 1e15 }))
    vi.advanceTimersByTime(60_000)
    expect(captions.lines.value).toEqual([])
    captions.show(caption({ until_ms: -5 }))
    vi.advanceTimersByTime(900)
    expect(captions.lines.value).toHaveLength(2)
  })
})
