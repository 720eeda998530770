import { describe, expect, it } from "vitest"
import { spansOf } from "./spans"

describe("counters in a line", () => {
  it.each([
    [
      ["1", "2", "3", "7"],
      ["1–3", "7"],
    ],
    [
      ["1", "2", "4"],
      ["1", "2", "4"],
    ],
    [
      ["9", "10", "11", "A1", "A2"],
      ["9–11", "A1", "A2"],
    ],
    [[], []],
  ])("%s", (codes, spans) => {
    expect(spansOf(codes)).toEqual(spans)
  })
})
