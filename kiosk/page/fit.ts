/** Letters as large as their box allows: a size is stepped down until nothing is cut, never below what can be read. */
import type { ObjectDirective } from "vue"

export interface Steps {
  /** In rem. */
  most: number
  least: number
}

const STEP = 0.05
const boxes = new Map<HTMLElement, Steps>()

/** `v-fit="{ most: 5.6, least: 1.4 }"` on a box whose inner sizes are in em. */
export const vFit: ObjectDirective<HTMLElement, Steps> = {
  mounted: (box, { value }) => {
    boxes.set(box, value)
    fit(box, value)
  },
  updated: (box, { value }) => {
    boxes.set(box, value)
    fit(box, value)
  },
  unmounted: (box) => {
    boxes.delete(box)
  },
}

export function fit(box: HTMLElement, { most, least }: Steps): void {
  for (let size = most; ; size -= STEP) {
    const last = size <= least
    box.style.fontSize = `${Number((last ? least : size).toFixed(2))}rem`
    if (last || !isCut(box)) return
  }
}

/** What holds texts and must hold them whole. */
const HOLDERS = "button, .paper"

/** Whether the box, a button in it, or a text in one of these has no room for what it says. */
export function isCut(box: HTMLElement): boolean {
  const holders = [box, ...box.querySelectorAll<HTMLElement>(HOLDERS)]
  if (holders.some((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1))
    return true
  return [...box.querySelectorAll<HTMLElement>(".first, .second")].some(
    (text) => isDrawn(text) && !isWithin(text, text.closest<HTMLElement>(HOLDERS) ?? box),
  )
}

/** A text that a rule leaves out has no box, and cannot be cut. */
function isDrawn(text: HTMLElement): boolean {
  return text.getClientRects().length > 0
}

function isWithin(inner: HTMLElement, outer: HTMLElement): boolean {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()]
  return a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1 && a.right <= b.right + 1
}

let asked = false
/** Fit every box again before the next picture: what is around them has changed. */
export function refit(): void {
  if (asked) return
  asked = true
  requestAnimationFrame(() => {
    asked = false
    boxes.forEach((steps, box) => fit(box, steps))
  })
}
addEventListener("resize", refit)
// A Chinese font comes in slices: each changes the widths when its first letter is drawn.
document.fonts?.addEventListener?.("loadingdone", refit)
