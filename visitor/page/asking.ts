/** Questions that a page repeats: only while somebody looks at it, and at once when it is looked at again. */
import { onBeforeUnmount, onMounted } from "vue"

export const isSeen = (): boolean => document.visibilityState !== "hidden"

/** To be called in a component's setup; the first question is the component's own. */
export function askWhileSeen(ask: () => unknown, everyMs: number): void {
  let asking: ReturnType<typeof setInterval> | undefined

  function begin(): void {
    clearInterval(asking)
    if (isSeen()) asking = setInterval(ask, everyMs)
  }
  function again(): void {
    if (isSeen()) ask()
    begin()
  }
  /** A page that comes back out of the browser's cache; one that was just loaded asks by itself. */
  function shown(event: PageTransitionEvent): void {
    if (event.persisted) again()
  }

  onMounted(() => {
    begin()
    document.addEventListener("visibilitychange", again)
    addEventListener("online", again)
    addEventListener("pageshow", shown)
  })
  onBeforeUnmount(() => {
    clearInterval(asking)
    document.removeEventListener("visibilitychange", again)
    removeEventListener("online", again)
    removeEventListener("pageshow", shown)
  })
}
