/** The keys of the console: what presses them, and how they are written on the buttons. */
import type { KeyMap } from "../../web/keys"

export type Act =
  | "next"
  | "start"
  | "recall"
  | "no_show"
  | "hold"
  | "transfer"
  | "complete"
  | "go_on"
  | "visit"
  | "quantity"
  | "note"
  | "timeline"
  | "pause"
  | "undo"
  | "take_back"
  | "take_out"
  | "reopen"
  | "search"
  | "help"
  | "sign_off"

interface Keys {
  codes: string[]
  /** On the keyboard. */
  shown: string[]
  /** On the number pad. */
  pad: string | null
}

export const KEYS: Readonly<Record<Act, Keys>> = {
  next: { codes: ["Enter", "NumpadEnter", "KeyN"], shown: ["Enter", "N"], pad: "Enter" },
  start: { codes: ["KeyS", "Numpad5"], shown: ["S"], pad: "5" },
  recall: { codes: ["KeyR", "NumpadAdd"], shown: ["R"], pad: "+" },
  no_show: { codes: ["KeyX", "NumpadSubtract"], shown: ["X"], pad: "−" },
  hold: { codes: ["KeyH", "NumpadMultiply"], shown: ["H"], pad: "*" },
  transfer: { codes: ["KeyT", "NumpadDivide"], shown: ["T"], pad: "/" },
  complete: { codes: ["KeyC", "Numpad0"], shown: ["C"], pad: "0" },
  go_on: { codes: ["KeyG"], shown: ["G"], pad: null },
  visit: { codes: ["KeyA"], shown: ["A"], pad: null },
  quantity: { codes: ["KeyU"], shown: ["U"], pad: null },
  note: { codes: ["KeyW"], shown: ["W"], pad: null },
  timeline: { codes: ["KeyL"], shown: ["L"], pad: null },
  pause: { codes: ["KeyP", "NumpadDecimal"], shown: ["P"], pad: "." },
  undo: { codes: ["KeyZ", "Numpad9"], shown: ["Z"], pad: "9" },
  take_back: { codes: ["KeyB", "Numpad7"], shown: ["B"], pad: "7" },
  take_out: { codes: ["KeyD"], shown: ["D"], pad: null },
  reopen: { codes: ["KeyO"], shown: ["O"], pad: null },
  search: { codes: ["Slash", "/", "KeyF"], shown: ["/", "F"], pad: null },
  help: { codes: ["Shift+Slash", "?", "F1"], shown: ["?"], pad: null },
  sign_off: { codes: ["KeyQ"], shown: ["Q"], pad: null },
}

/** While the server is away: tick the first in line, and take the last tick back. No key of an act, which means the visitor at the counter. */
export const TICK_KEYS = {
  came: { codes: ["Digit1", "Numpad1"], shown: "1" },
  not: { codes: ["Digit2", "Numpad2"], shown: "2" },
  back: { codes: ["Digit3", "Numpad3"], shown: "3" },
} as const

/** The keys as a button shows them: the letter, and the number pad's where it is another one. */
export function keysOn(act: Act): string[] {
  const { shown, pad } = KEYS[act]
  return pad === null || shown.includes(pad) ? shown : [...shown, pad]
}

/** The map for bindKeys, from what each act does. */
export function keyMap(press: (act: Act) => void): KeyMap {
  const map: KeyMap = {}
  for (const [act, { codes }] of Object.entries(KEYS)) {
    for (const code of codes) map[code] = () => press(act as Act)
  }
  return map
}
