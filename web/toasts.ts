/** Short messages: what went wrong or what was done. They leave by themselves; a screen reader hears them. */
import { shallowRef } from "vue"

export interface Toast {
  id: number
  kind: "info" | "good" | "error"
  text: string
  action?: { label: string; press: () => void }
}

const SHOWN_MS = { info: 5_000, good: 4_000, error: 9_000 }
let last = 0

export const toasts = shallowRef<Toast[]>([])

/** Show a message; the same text again only starts its time anew. Answers its id. */
export function toast(
  kind: Toast["kind"],
  text: string,
  action?: Toast["action"],
  shownMs: number = SHOWN_MS[kind],
): number {
  const id = (last += 1)
  toasts.value = [...toasts.value.filter((other) => other.text !== text), { id, kind, text, action }].slice(-3)
  setTimeout(() => dismiss(id), shownMs)
  return id
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((other) => other.id !== id)
}
