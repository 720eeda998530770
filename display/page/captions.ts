/** Captions: what the voice says stands on the screen for as long as it says it. */
import { shallowRef, type ShallowRef } from "vue"

export interface CaptionLine {
  language: string
  text: string
}

/** `until_ms`: how long from now, in milliseconds. */
export interface Caption {
  zone: string | null
  call_seq: number | null
  lines: CaptionLine[]
  until_ms: number
}

const SHORTEST_MS = 1_000
const LONGEST_MS = 60_000
const LINES = 3

/** Mandarin and Cantonese that are the same words in other characters are one line: the first of them. */
export function oneChinese(lines: readonly CaptionLine[]): CaptionLine[] {
  return lines.filter(
    (line, n) =>
      !lines.slice(0, n).some((other) => isChinese(other) && isChinese(line) && sameWords(other.text, line.text)),
  )
}

const isChinese = (line: CaptionLine): boolean => line.language.slice(0, 2) === "zh"

/** Simplified and traditional signs stand one for one: as long, all else alike, and half of the signs the same. */
function sameWords(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  let [signs, alike] = [0, 0]
  for (let n = 0; n < one.length; n += 1) {
    const same = one.charAt(n) === other.charAt(n)
    if (!HAN.test(one.charAt(n)) || !HAN.test(other.charAt(n))) {
      if (!same) return false
    } else {
      signs += 1
      if (same) alike += 1
    }
  }
  return alike * 2 >= signs
}

const HAN = /[\u3400-\u9fff]/

export interface Captions {
  lines: ShallowRef<CaptionLine[]>
  /** Whether a notice is read out and no call: it stands on the screen already where a notice does. */
  ofNotice: ShallowRef<boolean>
  show(caption: Caption): void
  clear(): void
}

export function createCaptions(): Captions {
  const lines = shallowRef<CaptionLine[]>([])
  const ofNotice = shallowRef(false)
  let ending: ReturnType<typeof setTimeout> | undefined

  function clear(): void {
    clearTimeout(ending)
    lines.value = []
  }

  function show(caption: Caption): void {
    clear()
    ofNotice.value = caption.call_seq === null
    lines.value = oneChinese(caption.lines.filter((line) => line.text !== "")).slice(0, LINES)
    const shownFor = Number.isFinite(caption.until_ms) ? caption.until_ms : SHORTEST_MS
    ending = setTimeout(clear, Math.min(LONGEST_MS, Math.max(SHORTEST_MS, shownFor)))
  }

  return { lines, ofNotice, show, clear }
}
