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
    lines.value = caption.lines.slice(0, LINES).filter((line) => line.text !== "")
    const shownFor = Number.isFinite(caption.until_ms) ? caption.until_ms : SHORTEST_MS
    ending = setTimeout(clear, Math.min(LONGEST_MS, Math.max(SHORTEST_MS, shownFor)))
  }

  return { lines, ofNotice, show, clear }
}
