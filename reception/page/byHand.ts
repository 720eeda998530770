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
  /** In which line (from 1) each ticket stands. */
  lines: number[]
  /** The lines (from 1) that cannot be read. */
  wrong: number[]
}

const LINE = /^(?:([A-Za-z]{0,3}\d{1,6})[\s,;]+)?(\d{1,2})[:.]?(\d\d)(?::\d\d)?$/
/** What a spreadsheet leaves that nobody sees: marks, zero width, quotes around cells, separators of empty cells. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"]/g
const AROUND = /^[\s,;']+|[\s,;]+$/g
const DAY = 24 * 60

/** What was typed, for one service; a time of day is the last one that the hall's clock showed it. */
export function readTyped(text: string, service: string, now: number, timeZone: string): Typed {
  const typed: Typed = { tickets: [], lines: [], wrong: [] }
  text
    .normalize("NFKC")
    .split(/\r\n|\r|\n/)
    .forEach((written, index) => {
      const line = written.replace(UNSEEN, "").replace(AROUND, "")
      if (!line) return
      const [, number, hours, minutes] = LINE.exec(line) ?? []
      if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return void typed.wrong.push(index + 1)
      const taken = new Date(lastTime(Number(hours) * 60 + Number(minutes), now, timeZone)).toISOString()
      typed.lines.push(index + 1)
      typed.tickets.push({ service, taken, ...(number ? { number: number.toUpperCase() } : {}) })
    })
  return typed
}

/** What was taken longer ago (ms) is entered with a reason. */
const FREE_MS = 15 * 60_000

/** Whether one of them was taken so long ago that the server wants to know why it is entered now. */
export const needsReason = (tickets: readonly HandTicket[], now: number): boolean =>
  tickets.some((one) => now - Date.parse(one.taken) > FREE_MS)

interface Refused {
  field: string
  reason: string
  reason_zh: string
}

/** The lines that the server refuses, with its reasons; empty when the refusal names none. */
export function refusedLines(
  params: Record<string, unknown>,
  lines: number[],
  chinese: boolean,
): { line: number; reason: string }[] {
  const wrong = Array.isArray(params.wrong) ? (params.wrong as Refused[]) : []
  return wrong.map((one) => ({
    line: lines[Number(one.field.split(".")[1])] ?? 0,
    reason: chinese ? one.reason_zh : one.reason,
  }))
}

function lastTime(minute: number, now: number, timeZone: string): number {
  const [hours, minutes] = clock(now, timeZone).split(":").map(Number) as [number, number]
  const ago = (hours * 60 + minutes - minute + DAY) % DAY
  return now - (now % 60_000) - ago * 60_000
}
