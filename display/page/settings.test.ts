import { describe, expect, it, vi } from "vitest"
import { mount } from "@vue/test-utils"
import { hall } from "./cast"
import PairingPage from "./PairingPage.vue"
import { marginOf, screenSettings } from "./settings"

const settings = (query: string, device: Record<string, unknown> = {}, zone: string | null = null) =>
  screenSettings({ query: new URLSearchParams(query), device, hall: hall(), zone })

describe("screenSettings", () => {
  it("are the hall's when nobody says otherwise", () => {
    expect(settings("")).toEqual({
      layout: "landscape-list",
      counter: null,
      zones: [],
      directions: {},
      screenInch: 55,
      farthestSeatM: 7,
      language: "zh-CN",
      volume: 1,
      sound: "on",
    })
  })

  it("are the device's before the hall's, and the address's before the device's", () => {
    const device = { layout: "split", screen_inch: 32, counter: 3, sound: "off", language: "en" }
    expect(settings("", device)).toMatchObject({
      layout: "split",
      screenInch: 32,
      counter: "3",
      sound: "off",
      language: "en",
    })
    expect(settings("?layout=counter-sign&counter=7", device)).toMatchObject({ layout: "counter-sign", counter: "7" })
  })

  it("have a margin of up to ten percent", () => {
    expect(settings("", { margin: 4.5 }).margin).toBe(4.5)
    expect(settings("?margin=3", { margin: 4.5 }).margin).toBe(3)
    expect(settings("", { margin: 40 }).margin).toBeUndefined()
  })

  it("have the device's directions alone", () => {
    expect(settings("", { directions: { zones: { west: "up" } } }).directions).toEqual({ zones: { west: "up" } })
    expect(settings("", { directions: "up" }).directions).toEqual({})
  })

  it("take the zones of the device, one or many", () => {
    expect(settings("", {}, "east").zones).toEqual(["east"])
    expect(settings("", { zones: ["east", "west"] }).zones).toEqual(["east", "west"])
    expect(settings("?zones=east, west").zones).toEqual(["east", "west"])
  })

  it.each([["screen_inch=0"], ["screen_inch=huge"], ["farthest_seat_m=-3"], ["volume=7"]])("ignore %s", (query) => {
    expect(settings(`?${query}`)).toMatchObject({ screenInch: 55, farthestSeatM: 7, volume: 1 })
  })

  it("keep a margin on every page, that of the pairing code too", () => {
    expect(marginOf(settings("?margin=5").margin)).toEqual({ padding: "5vh 5vw" })
    expect(marginOf(settings("").margin)).toEqual({})
    vi.stubGlobal("fetch", () => new Promise(() => undefined)) // it asks for a code
    const page = mount(PairingPage, { props: { refused: false, device: { zone: null, settings: { margin: 4 } } } })
    expect(page.get(".display").attributes("style")).toContain("4vh 4vw")
    page.unmount()
    vi.unstubAllGlobals()
  })
})
