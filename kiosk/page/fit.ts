/** Letters as large as their box allows: a size is stepped down until nothing is cut, never below what can be read. */
import type { ObjectDirective } from "vue"

export interface Steps {
  /** In rem. */
  most: number
  least: number
}

const STEP = 0.1
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
    box.style.fontSize = `${(last ? least : size).toFixed(1)}rem`
    if (last || (box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth)) return
  }
}

const refit = (): void => boxes.forEach((steps, box) => fit(box, steps))
addEventListener("resize", refit)
// A Chinese font comes in slices: each changes the widths when its first letter is drawn.
document.fonts?.addEventListener?.("loadingdone", refit)
