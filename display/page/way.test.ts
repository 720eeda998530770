import { describe, expect, it } from "vitest"
import type { Directions, Hall } from "../../web/types"
import { hall as plain } from "./cast"
import { wayTo } from "./way"

const text = (zh: string, en: string) => ({ "zh-CN": zh, en })
const hall = (): Hall =>
  plain({
    zones: [
      {
        code: "east",
        name: text("东区", "East"),
        where: text("一楼", "ground floor"),
        directions: { zones: { east: "straight" }, counters: { "3": "left" } },
      },
      { code: "west", name: text("西区", "West"), where: text("二楼", "second floor") },
    ],
  })
const screen = (zones: string[], directions: Directions = {}) => ({ zones, directions })

describe("the way from a screen", () => {
  it("has no arrow where nobody set a direction", () => {
    expect(wayTo(hall(), "12", screen([])).direction).toBeNull()
    expect(wayTo(plain(), "1", screen(["east"])).direction).toBeNull()
    expect(wayTo(hall(), "12", screen([], { counters: { "12": "north" as never } })).direction).toBeNull()
  })

  it("is the screen's own for a counter, then for a zone, then that of the zone where the screen stands", () => {
    expect(wayTo(hall(), "12", screen([], { zones: { west: "up" } })).direction).toBe("up")
    expect(
      wayTo(hall(), "12", screen([], { zones: { west: "up" }, counters: { "12": "other_floor" } })).direction,
    ).toBe("other_floor")
    expect(wayTo(hall(), "3", screen(["east"])).direction).toBe("left")
    expect(wayTo(hall(), "4", screen(["east"])).direction).toBe("straight")
    expect(wayTo(hall(), "3", screen(["east"], { zones: { east: "right" } })).direction).toBe("right")
    expect(wayTo(hall(), "3", screen([])).direction).toBeNull() // a screen of the whole hall stands in no zone
  })

  it("names zone and floor on a screen of several zones, and nothing where people are there", () => {
    expect(wayTo(hall(), "12", screen([])).words).toEqual(text("西区 · 二楼", "West · second floor"))
    expect(wayTo(hall(), "12", screen(["east", "west"])).words).toEqual(text("西区 · 二楼", "West · second floor"))
    expect(wayTo(hall(), "12", screen(["west"])).words).toBeNull()
    expect(wayTo(hall(), "12", screen([]), true).words).toEqual(text("二楼", "second floor"))
  })

  it("names a counter's own way everywhere, and says nothing in a hall of one zone without words", () => {
    const own = hall()
    own.counters[11]!.where = text("地下一层", "basement")
    expect(wayTo(own, "12", screen(["west"])).words).toEqual(text("地下一层", "basement"))
    const small = plain({ zones: [{ code: "east", name: text("东区", "East") }] })
    expect(wayTo(small, "1", screen([])).words).toBeNull()
    expect(wayTo(small, "99", screen([]))).toEqual({ direction: null, words: null })
  })
})
