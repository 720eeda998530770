import { describe, expect, it } from "vitest"
import { sounds, volumes } from "./devices"
import type { SeenDevice } from "./shapes"

const device = (more: Partial<SeenDevice>): SeenDevice => ({
  id: 1,
  kind: "display",
  name: "",
  zone: null,
  alive: true,
  last_seen: null,
  status: {},
  ...more,
})

describe("the sound of a device", () => {
  it("is of screens and announcers alone", () => {
    expect((["display", "announcer", "kiosk", "printer"] as const).map((kind) => sounds(device({ kind })))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it("is wanted and reported in percent; what is no share is none", () => {
    expect(volumes(device({}))).toEqual({ wanted: 100, reported: null })
    expect(volumes(device({ settings: { volume: 0.35 }, status: { volume: 1 } }))).toEqual({
      wanted: 35,
      reported: 100,
    })
    expect(volumes(device({ settings: { volume: 7 }, status: { volume: "loud" } }))).toEqual({
      wanted: 100,
      reported: null,
    })
  })
})
