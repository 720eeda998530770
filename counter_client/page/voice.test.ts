import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { effectScope, nextTick, ref, type EffectScope } from "vue"
import { NINE, paperLive } from "./cast"
import { followLine, type Voice } from "./voice"

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers({ now: NINE, toFake: ["setTimeout", "clearTimeout", "Date"] })
  localStorage.clear()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const made = (counter = ref<string | null>("1")): { voice: Voice } & ReturnType<typeof paperLive> => {
  const paper = paperLive()
  return { ...paper, voice: scope.run(() => followLine(paper.live, () => ({ hall: "h", counter: counter.value })))! }
}
const ticket = { number: "A013", service: "pass", waiting_since: "2026-11-23T08:50:00+08:00" }

describe("calling by voice", () => {
  it("keeps the last known line, asked for after events at most every five seconds", async () => {
    const { voice, live, sent } = made()
    await vi.advanceTimersByTimeAsync(0)
    sent[0]!.answer({ ok: true, tickets: [ticket] })
    await vi.advanceTimersByTimeAsync(0)
    expect(voice.line.value).toEqual([ticket])
    for (const seq of [11, 12, 13]) {
      live.state.seq = seq
      await nextTick()
    }
    await vi.advanceTimersByTimeAsync(4_900)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(sent.map((one) => one.command)).toEqual(["line", "line"])
    voice.stop()
    expect(made().voice.line.value).toEqual([ticket])
  })

  it("keeps who was called over a reload, and takes a tick back", () => {
    const { voice } = made()
    voice.mark("A013", true)
    voice.mark("A014", false)
    voice.mark("A013", false)
    expect(voice.calls.value.map((one) => [one.number, one.came])).toEqual([
      ["A014", false],
      ["A013", false],
    ])
    voice.mark("A014", false)
    expect(made().voice.calls.value).toEqual([{ number: "A013", called: new Date(NINE).toISOString(), came: false }])
    voice.forget()
    expect(made().voice.calls.value).toEqual([])
  })

  it("belongs to its counter", async () => {
    const counter = ref<string | null>("1")
    const { voice } = made(counter)
    voice.mark("A013", true)
    counter.value = "2"
    await nextTick()
    expect(voice.calls.value).toEqual([])
    counter.value = "1"
    await nextTick()
    expect(voice.calls.value).toHaveLength(1)
  })

  it("survives a memory that holds nonsense", () => {
    localStorage.setItem("hallcall.console.voice.h.1", "{nonsense")
    expect(made().voice.calls.value).toEqual([])
  })
})
