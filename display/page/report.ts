/** What a screen tells the server of itself: at each change, and every 30 s so that silence means trouble. */
import type { SoundState } from "./sound"

export interface ScreenStatus {
  sound: SoundState
  volume: number
  /** The number said last. */
  last_spoken: string | null
  layout: string
  /** Faults since the page was opened. */
  errors: number
}

export interface Reporter {
  /** Note what changed and tell it. */
  change(part: Partial<ScreenStatus>): void
  /** Count a fault; told with the next report. */
  fault(): void
  /** Tell everything now: the line has just come up. */
  report(): void
  stop(): void
}

const EVERY_MS = 30_000

export function createReporter(tell: (status: ScreenStatus) => void, start: ScreenStatus): Reporter {
  let status = start
  const report = (): void => tell(status)
  const timer = setInterval(report, EVERY_MS)
  const fault = (): void => {
    status = { ...status, errors: status.errors + 1 }
  }
  addEventListener("error", fault)
  addEventListener("unhandledrejection", fault)

  function change(part: Partial<ScreenStatus>): void {
    const before = status
    status = { ...status, ...part }
    if (JSON.stringify(before) !== JSON.stringify(status)) report()
  }

  function stop(): void {
    clearInterval(timer)
    removeEventListener("error", fault)
    removeEventListener("unhandledrejection", fault)
  }

  return { change, fault, report, stop }
}
