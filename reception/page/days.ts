/** Days in the hall's zone, and the appointments of one. Pure. */
import type { Booked } from "./issuing"

const DAY_MS = 86_400_000

/** "2026-11-23" of a moment (ms) in a zone. */
export const dayOf = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at)

/** Today and so many days after it. */
export function daysFrom(now: number, timeZone: string, ahead: number): string[] {
  const today = Date.parse(`${dayOf(now, timeZone)}T12:00:00Z`)
  return Array.from({ length: ahead + 1 }, (_, index) => new Date(today + index * DAY_MS).toISOString().slice(0, 10))
}

/** "Mon 23 Nov", "11月23日周一" */
export function dayText(day: string, language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  }).format(Date.parse(`${day}T12:00:00Z`))
}

/** Which still matter, by their time: those to come and the missed ones that may come yet; and how many lie behind. */
export function ofToday(all: Booked[], now: number): { shown: Booked[]; behind: number } {
  const shown = all.filter(
    (one) =>
      one.state === "booked" || one.state === "missed" || (one.state !== "cancelled" && Date.parse(one.end) >= now),
  )
  return { shown: shown.sort((a, b) => Date.parse(a.start) - Date.parse(b.start)), behind: all.length - shown.length }
}
