/** When a hall opens next, as people say it: "14:00" today, "Tue 09:00" on another day. */
import { forDates } from "../../web/i18n"
import { clock } from "../../web/time"

/** `at` an RFC 3339 time, `now` in ms of the server's clock. */
export function openingText(at: string, now: number, timeZone?: string): string {
  const time = clock(at, timeZone)
  return day(at, timeZone) === day(now, timeZone) ? time : `${day(at, timeZone)} ${time}`
}

function day(at: string | number, timeZone?: string): string {
  const parts: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", weekday: "short" }
  try {
    return new Intl.DateTimeFormat(forDates.value, { ...parts, timeZone }).format(new Date(at))
  } catch {
    return new Intl.DateTimeFormat(forDates.value, parts).format(new Date(at)) // a zone this browser does not know
  }
}
