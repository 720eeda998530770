import { describe, expect, it } from "vitest"
import { call, hall, NOW, snapshot } from "./cast"
import { callsAreOld, screenState, stripFor } from "./states"

const closed = hall({ open: false, next_open: "2026-11-24T09:00:00+08:00" })
const notice = (level: "info" | "emergency") => ({
  text: { "zh-CN": "请离开", en: "Leave" },
  level,
  at: "2026-11-23T09:30:00+08:00",
})

describe("screenState", () => {
  it("is the board while the hall is open", () => {
    expect(screenState(snapshot(), "live")).toBe("board")
  })

  it("is closed only when the last visitor was served", () => {
    expect(screenState(snapshot({ hall: closed }), "live")).toBe("closed")
    expect(screenState(snapshot({ hall: closed, calls: [{ ...call("A001", "1", 60), at: null }] }), "live")).toBe(
      "board",
    )
    expect(
      screenState(
        snapshot({ hall: closed, calls: [{ ...call("A001", "1", 60, { state: "completed" }), at: null }] }),
        "live",
      ),
    ).toBe("closed")
  })

  it("is an emergency before everything else, a notice is none", () => {
    expect(screenState(snapshot({ hall: closed, notice: notice("emergency") }), "offline")).toBe("emergency")
    expect(screenState(snapshot({ notice: notice("info") }), "live")).toBe("board")
  })

  it("says before the first snapshot whether there is hope", () => {
    expect(screenState(null, "connecting")).toBe("connecting")
    expect(screenState(null, "offline")).toBe("unreachable")
  })
})

describe("stripFor", () => {
  it("warns when the server is silent, and of a restart while it lasts", () => {
    expect(stripFor(snapshot(), "live", false)).toBeNull()
    expect(stripFor(snapshot(), "connecting", false)).toBeNull()
    expect(stripFor(snapshot(), "connecting", true)).toBe("restarting")
    expect(stripFor(snapshot(), "stale", true)).toBe("stale")
    expect(stripFor(snapshot(), "offline", false)).toBe("offline")
    expect(stripFor(null, "offline", false)).toBeNull()
  })
})

describe("callsAreOld", () => {
  it("hides the present call after two minutes of silence, not before and never on a live line", () => {
    expect(callsAreOld(NOW - 119_999, NOW, "offline")).toBe(false)
    expect(callsAreOld(NOW - 120_000, NOW, "offline")).toBe(true)
    expect(callsAreOld(NOW - 120_000, NOW, "live")).toBe(false)
    expect(callsAreOld(null, NOW, "offline")).toBe(false)
  })
})
