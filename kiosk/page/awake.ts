/** The machine's screen stays on where the browser can do that (https or localhost); elsewhere the system's settings must. */
export function keepAwake(page: Document = document): void {
  const lock = (): void => {
    if (page.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => undefined)
  }
  page.addEventListener("visibilitychange", lock) // the browser lets go of it when the page was hidden
  lock()
}
