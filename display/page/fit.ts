/** Sizes that follow the screen: a text is measured again when the window, the fonts or the layout change. */
import { onBeforeUnmount, onMounted, onUpdated, shallowRef, type Ref } from "vue"
import { fontThatFits, type Size } from "./fitting"

const fits = new Set<() => void>()
let asked = false

/** Measure everything again before the next picture. */
export function refit(): void {
  if (asked) return
  asked = true
  requestAnimationFrame(() => {
    asked = false
    fits.forEach((fit) => fit())
  })
}

addEventListener("resize", refit)
// A Chinese font comes in a hundred parts, each loaded when its first character appears.
document.fonts?.addEventListener?.("loadingdone", refit)

/** Call `fit` when the component appears, when it changes, and at each `refit()`. */
export function useFit(fit: () => void): void {
  onMounted(() => {
    fits.add(fit)
    fit()
  })
  onUpdated(fit)
  onBeforeUnmount(() => fits.delete(fit))
}

/** The size of an element, kept true. */
export function useRoom(box: Ref<HTMLElement | null>): Ref<Size> {
  const room = shallowRef<Size>({ width: 0, height: 0 })
  useFit(() => {
    if (box.value === null) return
    const now = inner(box.value)
    // The same size again must not draw everything again: drawing measures anew.
    if (now.width !== room.value.width || now.height !== room.value.height) room.value = now
  })
  return room
}

const MEASURED_AT = 100

/** The size of an element's text at a font of 100 px. Leaves that font set: the caller sets the right one. */
export function measure(element: HTMLElement): Size {
  element.style.fontSize = `${MEASURED_AT}px`
  return { width: element.offsetWidth, height: element.offsetHeight }
}

/** Make one line of text as large as its box allows, `most` rem. */
export function fitLine(box: Ref<HTMLElement | null>, text: Ref<HTMLElement | null>, most: number): void {
  if (box.value === null || text.value === null) return
  const size = measure(text.value)
  const font = fontThatFits(inner(box.value), { ...size, atFont: MEASURED_AT }, inPixels(most))
  text.value.style.fontSize = `${font}px`
}

/** The same for a text that may break into lines: the largest of a dozen sizes, found by halving. */
export function fitLines(box: Ref<HTMLElement | null>, text: Ref<HTMLElement | null>, most: number): void {
  if (box.value === null || text.value === null) return
  const room = inner(box.value)
  let [small, large] = [8, inPixels(most)]
  while (large - small > 1) {
    const middle = Math.floor((small + large) / 2)
    text.value.style.fontSize = `${middle}px`
    const fitsIn = text.value.offsetHeight <= room.height && text.value.scrollWidth <= room.width + 1 // widths are rounded
    if (fitsIn) small = middle
    else large = middle
  }
  text.value.style.fontSize = `${small}px`
}

function inPixels(rem: number): number {
  return Math.floor(rem * (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16))
}

/** The room inside a box, its padding taken off. */
export function inner(box: HTMLElement): Size {
  const style = getComputedStyle(box)
  const across = (parseFloat(style.paddingLeft) || 0) + (parseFloat(style.paddingRight) || 0)
  const down = (parseFloat(style.paddingTop) || 0) + (parseFloat(style.paddingBottom) || 0)
  return { width: box.clientWidth - across, height: box.clientHeight - down }
}
