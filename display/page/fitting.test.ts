import { describe, expect, it } from "vitest"
import {
  digitHeightMm,
  digitHeightPx,
  fontThatFits,
  gridShape,
  HEADER_ROWS,
  listFont,
  pairShape,
  rowsThatFit,
} from "./fitting"

const FULL_HD = { width: 1920, height: 1080 }

describe("digit height", () => {
  it("is the farthest seat by 200, and a quarter more", () => {
    expect(digitHeightMm(12)).toBeCloseTo(75)
  })

  it("becomes pixels by the screen's diagonal", () => {
    // A 55 inch screen is 685 mm high: 1.577 pixels for each millimetre.
    expect(digitHeightPx(FULL_HD, 55, 12)).toBeCloseTo(118.3, 0)
  })

  it("is the same on a screen that stands upright", () => {
    expect(digitHeightPx({ width: 1080, height: 1920 }, 55, 12)).toBeCloseTo(digitHeightPx(FULL_HD, 55, 12))
  })
})

describe("rows of a list", () => {
  it("get fewer as the seats get farther", () => {
    const near = rowsThatFit(756, digitHeightPx(FULL_HD, 55, 4), 20)
    const far = rowsThatFit(756, digitHeightPx(FULL_HD, 55, 8), 20)
    expect(near).toBe(11)
    expect(far).toBe(5)
  })

  it("have digits of the height that was asked for", () => {
    const digit = digitHeightPx(FULL_HD, 55, 8)
    const rows = rowsThatFit(756, digit, 20)
    const font = listFont({ rowHeight: 756 / (rows + HEADER_ROWS), numberWidth: 1000, digits: 4 })
    expect(font * 0.75).toBeGreaterThanOrEqual(digit - 1)
  })

  it("keep the longest number in its column", () => {
    expect(listFont({ rowHeight: 400, numberWidth: 350, digits: 5 }) * 0.65 * 5).toBeLessThanOrEqual(350)
  })

  it("stay between three and what the layout allows", () => {
    expect(rowsThatFit(700, 400, 9)).toBe(3)
    expect(rowsThatFit(700, 10, 9)).toBe(9)
    expect(rowsThatFit(700, 400, 2)).toBe(2)
  })
})

describe("a text in its box", () => {
  it("is bound by the narrower side", () => {
    expect(fontThatFits({ width: 1200, height: 600 }, { width: 400, height: 100, atFont: 100 })).toBe(300)
    expect(fontThatFits({ width: 1200, height: 200 }, { width: 400, height: 100, atFont: 100 })).toBe(200)
  })

  it("has no size while nothing is drawn, and never more than the most", () => {
    expect(fontThatFits(FULL_HD, { width: 0, height: 0, atFont: 100 })).toBe(0)
    expect(fontThatFits(FULL_HD, { width: 10, height: 10, atFont: 100 }, 400)).toBe(400)
  })
})

describe("the pair of number and counter", () => {
  const number = { width: 330, height: 100 }
  const counter = { width: 240, height: 100 }

  it("stands one below the other in a box as high as wide", () => {
    expect(pairShape({ width: 900, height: 900 }, number, counter)).toBe("below")
  })

  it("stands in one line in a flat box", () => {
    expect(pairShape({ width: 1200, height: 180 }, number, counter)).toBe("beside")
  })

  it("goes below where the room between both would make the digits smaller", () => {
    const room = { width: 570, height: 195 }
    expect(pairShape(room, number, counter)).toBe("beside")
    expect(pairShape(room, number, counter, 40)).toBe("below")
  })
})

describe("the grid for calls at once", () => {
  it("has a cell for each of them", () => {
    for (const box of [
      { width: 1267, height: 780 },
      { width: 1080, height: 1400 },
    ]) {
      for (let calls = 1; calls <= 4; calls++) {
        const { columns, rows } = gridShape(calls, box)
        expect(columns * rows).toBeGreaterThanOrEqual(calls)
      }
    }
  })

  it("puts two calls one below the other, so that both stay wide", () => {
    expect(gridShape(2, { width: 1267, height: 780 })).toEqual({ columns: 1, rows: 2 })
  })
})
