import { describe, expect, it } from "vitest"
import { gridOf, placesOf } from "./grid"

const empty = (count: number, tall: boolean, wide: number): number => {
  const { columns, rows } = gridOf(count, { tall, wide })
  return columns * rows - count
}

describe("a page of tiles", () => {
  it("has ten services without an empty place on every screen", () => {
    expect(empty(10, true, 0.7)).toBe(0)
    for (const wide of [1.4, 1.8, 2.3]) expect(empty(10, false, wide)).toBe(0)
  })

  it("holds all tiles, with at most two places empty", () => {
    for (let count = 1; count <= 12; count += 1) {
      for (const [tall, wide] of [
        [true, 0.7],
        [false, 1.4],
        [false, 2.2],
      ] as const) {
        expect(empty(count, tall, wide)).toBeGreaterThanOrEqual(0)
        expect(empty(count, tall, wide)).toBeLessThanOrEqual(2)
      }
    }
  })

  it("takes ten in all positions of usual letters, and fewer large ones", () => {
    for (const tall of [true, false]) {
      expect(placesOf({ tall, large: false, low: false, keys: false })).toBeGreaterThanOrEqual(10)
      expect(placesOf({ tall, large: true, low: false, keys: false })).toBeLessThan(6)
    }
    expect(placesOf({ tall: true, large: false, low: true, keys: false })).toBe(10)
  })
})
