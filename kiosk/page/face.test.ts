import { describe, expect, it } from "vitest"
import type { Link } from "../../web/live"
import { aBoard, aHall, text } from "./cast"
import { blocked, GRACE_MS } from "./face"

const on = (link: Link, change = {}, awayForMs = 0): ReturnType<typeof blocked> =>
  blocked({ link, snapshot: aBoard(change) }, awayForMs)

describe("why there are no numbers now", () => {
  it("nothing, when all is well", () => expect(on("live")).toBeNull())
  it("not connected yet, or not at all", () => {
    expect(blocked({ link: "connecting", snapshot: null }, 0)).toBe("connecting")
    expect(blocked({ link: "offline", snapshot: null }, 0)).toBe("away")
  })
  it("a short gap is no reason, a longer one is", () => {
    expect(on("connecting", {}, GRACE_MS - 1)).toBeNull()
    expect(on("connecting", {}, GRACE_MS)).toBe("away")
    expect(on("stale")).toBe("away")
    expect(on("offline")).toBe("away")
  })
  it("no line, but numbers of its own: nothing, but an emergency", () => {
    const away = (link: Link, change = {}): ReturnType<typeof blocked> =>
      blocked({ link, snapshot: aBoard(change) }, GRACE_MS, true)
    expect([away("connecting"), away("stale"), away("offline")]).toEqual([null, null, null])
    expect(away("offline", { hall: aHall({ open: false }) })).toBeNull()
    expect(away("offline", { notice: { text: text("请离开", "Please leave"), level: "emergency", at: "" } })).toBe(
      "emergency",
    )
    expect(away("live", { hall: aHall({ open: false }) })).toBe("closed")
    expect(blocked({ link: "offline", snapshot: null }, GRACE_MS, true)).toBe("away")
  })
  it("the hall, its channels, its services", () => {
    expect(on("live", { hall: aHall({ open: false }) })).toBe("closed")
    expect(on("live", { hall: aHall({ channels: ["phone"] }) })).toBe("channel_closed")
    expect(on("live", { hall: aHall({ services: [] }) })).toBe("no_services")
  })
  it("an emergency before the hall, a plain notice not", () => {
    const notice = (level: "info" | "emergency") => ({ text: text("请离开", "Please leave"), level, at: "" })
    expect(on("live", { notice: notice("emergency"), hall: aHall({ open: false }) })).toBe("emergency")
    expect(on("live", { notice: notice("info") })).toBeNull()
  })
})
