/**
 * How large a digit must be for the last row of seats, and how large a text may be in its box.
 * Pure arithmetic: sizes in CSS pixels unless the name says otherwise.
 */

/** A seat at distance d reads a digit of d/200; a quarter more is for tired eyes and a bright hall. */
const READING_DISTANCE = 200
const COMFORT = 1.25
/** Space of a list row in heights of its digits: the digit itself, and air above and below. */
const ROW_PER_DIGIT = 1.6
/** The headers of a list, in rows. */
export const HEADER_ROWS = 0.6

export interface Size {
  width: number
  height: number
}

/** The digit's height in millimetres for the farthest seat (in metres). */
export function digitHeightMm(farthestSeatM: number): number {
  return ((farthestSeatM * 1000) / READING_DISTANCE) * COMFORT
}

/** The same in pixels of this screen, whose visible diagonal is given in inches. */
export function digitHeightPx(screen: Size, screenInch: number, farthestSeatM: number): number {
  const pixelsPerMm = Math.hypot(screen.width, screen.height) / (screenInch * 25.4)
  return digitHeightMm(farthestSeatM) * pixelsPerMm
}

/** How many rows of that digit height go into a list below its headers: at least 3 (a list of two is none), at most `most`. */
export function rowsThatFit(height: number, digitPx: number, most: number): number {
  const rows = Math.floor(height / (digitPx * ROW_PER_DIGIT) - HEADER_ROWS)
  return Math.max(Math.min(3, most), Math.min(most, rows))
}

/** The largest font size at which a text, measured at `atFont`, stays inside its box. */
export function fontThatFits(box: Size, measured: Size & { atFont: number }, most = Infinity): number {
  if (!(measured.width > 0) || !(measured.height > 0)) return 0
  const scale = Math.min(box.width / measured.width, box.height / measured.height)
  return Math.max(0, Math.min(most, Math.floor(measured.atFont * scale)))
}

export type PairShape = "beside" | "below"

/** Number and counter beside each other, `gap` apart, or one below the other: whichever allows the larger digits. */
export function pairShape(box: Size, number: Size, counter: Size, gap = 0): PairShape {
  const beside = Math.min(
    box.width / (number.width + gap + counter.width),
    box.height / Math.max(number.height, counter.height),
  )
  const below = Math.min(
    box.width / Math.max(number.width, counter.width),
    box.height / (number.height + counter.height),
  )
  return below > beside ? "below" : "beside"
}

/** Columns and rows of the grid for 1 to 4 calls at once in a box of this shape. */
export function gridShape(calls: number, box: Size): { columns: number; rows: number } {
  if (calls <= 1) return { columns: 1, rows: 1 }
  if (calls > 2 && box.width > box.height) return { columns: 2, rows: 2 }
  if (calls > 3) return { columns: 2, rows: 2 }
  return { columns: 1, rows: calls }
}

/** Of a digit in the number's typeface: its width and its height, in font sizes. */
const DIGIT = { width: 0.65, height: 0.75 }

/** The font size of a list's rows: five eighths of the row are digit, and the longest number fits its column. */
export function listFont(row: { rowHeight: number; numberWidth: number; digits: number }): number {
  const byHeight = row.rowHeight / ROW_PER_DIGIT / DIGIT.height
  const byWidth = (row.numberWidth * 0.94) / (row.digits * DIGIT.width)
  return Math.max(0, Math.floor(Math.min(byHeight, byWidth)))
}
