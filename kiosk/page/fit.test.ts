import { expect, it } from "vitest"
import { fit, isCut } from "./fit"

/** A box of 600 px in which a text is so many px high at each rem. */
function aBox(perRem: number): HTMLElement {
  const box = document.createElement("section")
  const size = (): number => parseFloat(box.style.fontSize)
  Object.defineProperty(box, "clientHeight", { value: 600 })
  Object.defineProperty(box, "scrollHeight", { get: () => Math.max(600, size() * perRem) })
  return box
}

it.each([
  [50, "5.6rem"],
  [200, "3rem"],
  [900, "1.4rem"],
])("steps down until it fits, and stops at what can be read (%i)", (perRem, size) => {
  const box = aBox(perRem)
  fit(box, { most: 5.6, least: 1.4 })
  expect(box.style.fontSize).toBe(size)
})

it("does not call a text cut that is not drawn, but one that reaches out of its button", () => {
  const box = document.createElement("button")
  box.innerHTML = '<span class="second"></span>'
  const text = box.firstElementChild as HTMLElement
  const at = (top: number, bottom: number): DOMRect => ({ top, bottom, left: 100, right: 200 }) as DOMRect
  box.getBoundingClientRect = () => at(100, 300)
  text.getBoundingClientRect = () => at(0, 0)
  text.getClientRects = () => [] as unknown as DOMRectList
  expect(isCut(box)).toBe(false)
  text.getBoundingClientRect = () => at(290, 320)
  text.getClientRects = () => [at(290, 320)] as unknown as DOMRectList
  expect(isCut(box)).toBe(true)
})
