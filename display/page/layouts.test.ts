import { describe, expect, it } from "vitest"
import { isLayout, LAYOUTS, layoutFrom, shows } from "./layouts"

const LANDSCAPE = { width: 1920, height: 1080 }
const PORTRAIT = { width: 1080, height: 1920 }

describe("layoutFrom", () => {
  it("takes the screen's shape when nothing is asked for", () => {
    expect(layoutFrom(undefined, LANDSCAPE)?.name).toBe("landscape-list")
    expect(layoutFrom("auto", PORTRAIT)?.name).toBe("portrait-list")
  })

  it("takes a name, whatever the shape", () => {
    expect(layoutFrom("counter-sign", LANDSCAPE)?.name).toBe("counter-sign")
  })

  it("knows no other names, those of every object included", () => {
    expect(layoutFrom("big", LANDSCAPE)).toBeNull()
    expect(layoutFrom("toString", LANDSCAPE)).toBeNull()
  })

  it("takes a layout that the hall wrote itself", () => {
    const own = { name: "own", root: { box: "row", share: 100, parts: [{ panel: "list", share: 100, rows: 17 }] } }
    expect(layoutFrom(JSON.parse(JSON.stringify(own)), LANDSCAPE)).toEqual(own)
  })
})

describe("isLayout", () => {
  it("is true for all that come with the project", () => {
    for (const [name, layout] of Object.entries(LAYOUTS)) {
      expect(isLayout(layout), name).toBe(true)
      expect(layout.name).toBe(name)
    }
  })

  const box = (...parts: unknown[]) => ({ name: "x", root: { box: "row", share: 100, parts } })
  it.each([
    ["a word", "landscape"],
    ["nothing", null],
    ["an unknown panel", box({ panel: "clock-tower", share: 50 })],
    ["no parts", box()],
    ["a part without share", box({ panel: "list" })],
    ["parts of more than 100 percent", box({ panel: "list", share: 60 }, { panel: "stage", share: 60 })],
    ["half a row", box({ panel: "list", share: 60, rows: 2.5 })],
    ["a part that is nothing", box(null)],
    ["a panel as its root", { name: "x", root: { panel: "list", share: 100 } }],
  ])("is false for %s", (_what, value) => {
    expect(isLayout(value)).toBe(false)
  })
})

describe("shows", () => {
  it("finds a panel at any depth", () => {
    expect(shows(LAYOUTS.split.root, "stage")).toBe(true)
    expect(shows(LAYOUTS["counter-sign"].root, "stage")).toBe(false)
  })
})
