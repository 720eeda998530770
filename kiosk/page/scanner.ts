/**
 * A code from a USB scanner, which types it fast and ends with Enter, or from a keyboard at the machine. What was typed
 * slowly by accident is forgotten, so that yesterday's letters do not stand before today's code.
 */
export const FORGET_MS = 3_000
const LONGEST = 300

export interface Scanner {
  /** To be called for each key; the whole text when Enter ends one, else null. */
  key(key: string, now: number): string | null
}

export function createScanner(): Scanner {
  let text = ""
  let last = 0
  return {
    key(key: string, now: number): string | null {
      if (now - last > FORGET_MS) text = ""
      last = now
      if (key === "Enter") {
        const whole = text
        text = ""
        return whole.length >= 4 ? whole : null
      }
      if (key === "Backspace") text = text.slice(0, -1)
      else if (key.length === 1 && text.length < LONGEST) text += key
      return null
    },
  }
}
