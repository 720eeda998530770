/** Sizes that follow the screen: a text is measured again when the window, the fonts or the layout change. */
import { onBeforeUnmount, onMounted, onUpdated, type Ref } from "vue"
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

const MEASURED_AT = 100

/** The size of an element's text at a font of 100 px. Leaves that font set: the caller sets the right one. */
export function measure(element: HTMLElement): Size {
  element.style.fontSize = `${MEASURED_AT}px`
  return { width: element.offsetWidth, height: element.offsetHeight }
}

/** Make one line of text as large as its box allows. */
export function fitLine(box: Ref<HTMLElement | null>, text: Ref<HTMLElement | null>, most: number): void {
  if (box.value === null || text.value === null) return
  const size = measure(text.value)
  const font = fontThatFits(inner(box.value), { ...size, atFont: MEASURED_AT }, most)
  text.value.style.fontSize = `${font}px`
}

/** The same for a text that may break into lines: the largest of a dozen sizes, found by halving. */
export function fitLines(box: Ref<HTMLElement | null>, text: Ref<HTMLElement | null>, most: number): void {
  if (box.value === null || text.value === null) return
  const room = inner(box.value)
  let [small, large] = [8, most]
  while (large - small > 1) {
    const middle = Math.floor((small + large) / 2)
    text.value.style.fontSize = `${middle}px`
    const fitsIn = text.value.offsetHeight <= room.height && text.value.scrollWidth <= room.width
    if (fitsIn) small = middle
    else large = middle
  }
  text.value.style.fontSize = `${small}px`
}

/** The room inside a box that has no padding of its own. */
export function inner(box: HTMLElement): Size {
  return { width: box.clientWidth, height: box.clientHeight }
}
