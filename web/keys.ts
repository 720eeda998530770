/**
 * A keyboard map: `{"Enter": next, "KeyN": next, "NumpadAdd": recall, "Shift+Slash": help}`; a name is a `code` or a `key`.
 * Auto-repeat, modifiers and typing in a field never press a button; "Alt+KeyF" works in a field too. Enter and Space on a control that the keyboard
 * reached belong to that control; after a click with the mouse they belong to the map again.
 */
export type KeyMap = Record<string, () => void>

export interface KeyOptions {
  /** Asked at each press; false leaves the key alone (an open dialog). */
  enabled?: () => boolean
  target?: Pick<Document, "addEventListener" | "removeEventListener">
}

/** Listen; the answer stops it. */
export function bindKeys(map: KeyMap, options: KeyOptions = {}): () => void {
  const target = options.target ?? document
  const press = (event: Event): void => {
    const key = event as KeyboardEvent
    const withAlt = key.altKey && !key.ctrlKey && !key.metaKey && !key.repeat ? map[`Alt+${key.code}`] : undefined
    if ((!withAlt && ignored(key)) || options.enabled?.() === false) return
    const action = withAlt ?? (key.shiftKey ? map[`Shift+${key.code}`] : undefined) ?? map[key.code] ?? map[key.key]
    if (!action) return
    key.preventDefault()
    action()
  }
  target.addEventListener("keydown", press)
  return () => target.removeEventListener("keydown", press)
}

const FIELD = "input, textarea, select, [contenteditable=''], [contenteditable=true]"

/** Escape leaves a field, so that single keys work again; not behind a dialog, which it closes. The answer stops it. */
export function leaveFieldsByEscape(target: KeyOptions["target"] = document): () => void {
  const press = (event: Event): void => {
    const { key, isComposing } = event as KeyboardEvent
    if (key === "Escape" && !isComposing && !document.querySelector("[role=dialog]")) leaveField()
  }
  target.addEventListener("keydown", press)
  return () => target.removeEventListener("keydown", press)
}

/** Take the focus out of a field, if it is in one. */
export function leaveField(): void {
  const at = document.activeElement
  if (at instanceof HTMLElement && at.matches(FIELD)) at.blur()
}

/**
 * A held key acts once: its repeats press no button and send no form, and are not typed into a field to which the
 * first press moved the focus. Moving (arrows, Tab) and deleting repeat as ever. The answer stops it.
 */
export function actOncePerPress(target: Pick<Window, "addEventListener" | "removeEventListener"> = window): () => void {
  let begunAt: EventTarget | null = null
  const press = (event: Event): void => {
    const key = event as KeyboardEvent
    const place = key.target instanceof Element ? key.target : null
    if (!key.repeat) begunAt = key.target
    else if (
      key.key === "Enter"
        ? !place?.matches("textarea") || begunAt !== place
        : key.key.length === 1 && begunAt !== key.target
    )
      key.preventDefault()
  }
  target.addEventListener("keydown", press, true)
  return () => target.removeEventListener("keydown", press, true)
}

function ignored(event: KeyboardEvent): boolean {
  if (event.repeat || event.defaultPrevented || event.isComposing) return true
  if (event.ctrlKey || event.altKey || event.metaKey) return true
  const place = event.target instanceof Element ? event.target : null
  if (!place) return false
  if (place.matches(FIELD)) return true
  return (event.key === "Enter" || event.key === " ") && place.matches("button, a, summary") && byKeyboard(place)
}

function byKeyboard(place: Element): boolean {
  try {
    return place.matches(":focus-visible")
  } catch {
    return true // a browser that cannot tell: the control keeps its Enter
  }
}
