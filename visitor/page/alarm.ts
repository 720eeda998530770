/** When the phone rings: at a call, again at each recall, repeated until the visitor answers; softly once when it is soon. */
import { faceOf, isCalled } from "./faces"
import type { VisitorTicket } from "../../web/types"

const EVERY_MS = 4_000
const TIMES = 15

export interface AlarmOptions {
  /** Chime and shake. */
  ring: () => void
  /** Told when ringing begins (true) and ends (false). */
  onRinging?: (ringing: boolean) => void
}

export interface Alarm {
  /** The ticket as it is now. */
  see(ticket: VisitorTicket): void
  /** The visitor has heard it. */
  hush(): void
  stop(): void
}

/** Each call and recall has its own key; null when there is nothing to ring for. */
export function callKey(ticket: VisitorTicket): string | null {
  return ticket.state === "called" ? `${ticket.called_at}/${ticket.calls}/${ticket.last_called_at}` : null
}

export function createAlarm({ ring, onRinging = () => {} }: AlarmOptions): Alarm {
  let heard: string | null = null
  let saidSoon = false
  let timer: ReturnType<typeof setInterval> | null = null

  function hush(): void {
    if (timer === null) return
    clearInterval(timer)
    timer = null
    onRinging(false)
  }

  function start(): void {
    hush()
    let left = TIMES
    const once = (): void => {
      ring()
      left -= 1
      if (left === 0) hush()
    }
    timer = setInterval(once, EVERY_MS)
    onRinging(true)
    once()
  }

  function see(ticket: VisitorTicket): void {
    const face = faceOf(ticket, false)
    if (!isCalled(face)) hush()
    const key = callKey(ticket)
    if (key !== null && key !== heard) start()
    heard = key
    if (face === "soon" && !saidSoon) ring()
    // Kept while it waits: a count that goes from 3 to 4 and back must not ring again. A rejoin begins anew.
    saidSoon = ticket.state === "waiting" && (saidSoon || face === "soon")
  }

  return { see, hush, stop: hush }
}
