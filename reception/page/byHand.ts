/** Numbers that were written on paper while the server was away, as they are typed: one a line, "A051 9:12" or "9:12". Pure. */
import { clock } from "../../web/time"

export interface HandTicket {
  service: string
  /** RFC 3339. */
  taken: string
  number?: string
}

export interface Typed {
  tickets: HandTicket[]
  /** The lines (from 1) that cannot be read. */
  wrong: number[]
}

const LINE = /^(?:([A-Za-z]{1,2}\d{1,6})[\s,;]+)?(\d{1,2})[:.]?(\d\d)$/
const DAY = 24 * 60

/** What was typed, for one service; a time of day is the last one that the hall's clock showed it. */
export function readTyped(text: string, service: string, now: number, timeZone: string): Typed {
  const typed: Typed = { tickets: [], wrong: [] }
  text.normalize("NFKC").split("\n").forEach((line, index) => {
    if (!line.trim()) return
    const [, number, hours, minutes] = LINE.exec(line.trim()) ?? []
    if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return void typed.wrong.push(index + 1)
    const taken = new Date(lastTime(Number(hours) * 60 + Number(minutes), now, timeZone)).toISOString()
    typed.tickets.push({ service, taken, ...(number ? { number: number.toUpperCase() } : {}) })
  })
  return typed
}

function lastTime(minute: number, now: number, timeZone: string): number {
  const [hours, minutes] = clock(now, timeZone).split(":").map(Number) as [number, number]
  const ago = (hours * 60 + minutes - minute + DAY) % DAY
  return now - (now % 60_000) - ago * 60_000
}
