import { expect, it } from "vitest"
import { onePress } from "./onePress"

function machine() {
  const heard: string[] = []
  let screen = "choose"
  const root = document.createElement("div")
  const button = root.appendChild(document.createElement("button"))
  root.addEventListener(
    "click",
    onePress(() => screen),
    { capture: true },
  )
  button.addEventListener("click", () => heard.push(screen))
  const press = (detail: number): void => {
    button.dispatchEvent(new MouseEvent("click", { detail, bubbles: true }))
  }
  return {
    heard,
    press,
    show: (name: string) => {
      screen = name
    },
  }
}

it("does not let the second touch of two answer the screen that the first one opened", () => {
  const { heard, press, show } = machine()
  press(1)
  show("status")
  press(2)
  press(3)
  expect(heard).toEqual(["choose"])
  press(1)
  expect(heard).toEqual(["choose", "status"])
})

it("lets a button be pressed fast that stays where it is, and the keyboard, which counts no presses", () => {
  const { heard, press, show } = machine()
  press(1)
  press(2)
  press(3)
  show("status")
  press(0)
  expect(heard).toEqual(["choose", "choose", "choose", "status"])
})
