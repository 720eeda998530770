/** A notice on the line: in parts shown in turn, so that its letters never shrink below what the last row reads. Pure. */
import { inParts, lineLength } from "../../web/parts"

/** The smallest letters of the line: a twenty-fifth of the screen's shorter side. */
export const READABLE_REM = 2.4
/** A line of fewer characters is no line. */
const FEWEST = 6
/** Slow enough for the back: so many widths of a character a second, and a moment to find the line. */
const WIDTHS_A_SECOND = 5
const FIND_S = 3
const SPACE = "\u3000\u3000"

/** Both languages side by side where they fit, else all parts of the first, then of the second. */
export function partsOfNotice([first, second]: readonly [string, string], widths: number): string[] {
  const most = Math.max(FEWEST, widths)
  const beside = second === "" || second === first ? first : `${first}${SPACE}${second}`
  if (lineLength(beside) <= most) return [beside]
  return second === first ? inParts(first, most) : [...inParts(first, most), ...inParts(second, most)]
}

/** How long each part stands. */
export const partSeconds = (widths: number): number => FIND_S + Math.ceil(Math.max(FEWEST, widths) / WIDTHS_A_SECOND)
