/** Times as people read them: a 24-hour clock in the hall's zone, minutes waited, ranges rounded outward to 5. */
import { createI18n, forDates, type Locale } from "./i18n"
import type { Range } from "./types"

const MINUTE = 60_000
const { t, builtIn } = createI18n(
  {
    "zh-CN": {
      waited: "已等 {n} 分钟",
      waitedHours: "已等 {h} 小时 {m} 分",
      waitedNot: "等候不到 1 分钟",
      range: "{low}–{high} 分钟",
      under: "不到 {n} 分钟",
      hours: "{low}–{high} 小时",
      underHours: "不到 {n} 小时",
      about: "约 {from}–{until}",
      yesterday: "昨天",
      tomorrow: "明天",
      minutes: "{n} 分钟",
      seconds: "{n} 秒",
    },
    en: {
      waited: "waited {n} min",
      waitedHours: "waited {h} h {m} min",
      waitedNot: "waited under 1 min",
      range: "{low}–{high} min",
      under: "under {n} min",
      hours: "{low}–{high} h",
      underHours: "under {n} h",
      about: "about {from}–{until}",
      yesterday: "yesterday",
      tomorrow: "tomorrow",
      minutes: "{n} min",
      seconds: "{n} s",
    },
  },
  "time",
)

/** Milliseconds of an RFC 3339 time; NaN for something else. */
export function parseTime(at: string): number {
  return Date.parse(at)
}

/** "09:31" in the hall's zone; a browser that does not know the zone shows its own time. */
export function clock(at: string | number, timeZone?: string, seconds = false): string {
  const date = new Date(at)
  const digits: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hour12: false }
  if (seconds) digits.second = "2-digit"
  try {
    return fixMidnight(new Intl.DateTimeFormat("en-GB", { ...digits, timeZone }).format(date))
  } catch {
    return fixMidnight(new Intl.DateTimeFormat("en-GB", digits).format(date))
  }
}

/** "2026-11-24 10:00" in the hall's zone, alike in every language; "" for what is no time. */
export function dateAndClock(at: string, timeZone?: string): string {
  const moment = parseTime(at)
  if (Number.isNaN(moment)) return ""
  const digits: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" }
  try {
    return `${new Intl.DateTimeFormat("sv-SE", { ...digits, timeZone }).format(moment)} ${clock(moment, timeZone)}`
  } catch {
    return `${new Intl.DateTimeFormat("sv-SE", digits).format(moment)} ${clock(moment)}`
  }
}

/**
 * "14:00" of today, "tomorrow 08:00", "yesterday 23:50", else with its date: "Tue, Nov 24 09:00", "11月24日周二 09:00".
 * Days are those of the hall's clock. `now` in ms of the server's clock; `language` where a page says both.
 */
export function momentText(at: string | number, now: number, timeZone?: string, language?: Locale): string {
  const time = clock(at, timeZone)
  const days = daysBetween(now, new Date(at).getTime(), timeZone)
  if (days === 0) return time
  const near = days === 1 ? "tomorrow" : days === -1 ? "yesterday" : null
  if (near === null) return `${dayName(at, language ? [language] : forDates.value, timeZone)} ${time}`
  return `${language ? builtIn(language, near) : t(near)} ${time}`
}

function dayName(at: string | number, names: string[], timeZone?: string): string {
  const parts: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", weekday: "short" }
  try {
    return new Intl.DateTimeFormat(names, { ...parts, timeZone }).format(new Date(at))
  } catch {
    return new Intl.DateTimeFormat(names, parts).format(new Date(at))
  }
}

/** Midnights between two moments (ms) on the hall's clock. */
function daysBetween(from: number, to: number, timeZone?: string): number {
  const day = (at: number): number => Date.parse(dateAndClock(new Date(at).toISOString(), timeZone).slice(0, 10))
  return Math.round((day(to) - day(from)) / (24 * 60 * MINUTE))
}

function fixMidnight(text: string): string {
  return text.replace(/^24/, "00") // some engines write midnight as 24:00
}

/** Whole minutes from `at` to `now` (milliseconds of the server's clock), never negative. */
export function minutesSince(at: string, now: number): number {
  return Math.max(0, Math.floor((now - parseTime(at)) / MINUTE))
}

/** "waited 14 min" */
export function waited(at: string, now: number): string {
  const n = minutesSince(at, now)
  if (n === 0) return t("waitedNot")
  return n < 60 ? t("waited", { n }) : t("waitedHours", { h: Math.floor(n / 60), m: n % 60 })
}

/** "4:07", "1:02:33": a running time. */
export function elapsed(at: string, now: number): string {
  const total = Math.max(0, Math.floor((now - parseTime(at)) / 1000))
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** "12:05", "1:02:09" of seconds */
export function secondsClock(seconds: number): string {
  return elapsed(new Date(0).toISOString(), Math.max(0, seconds) * 1000)
}

/** Minutes rounded outward to 5: {low: 7, high: 12} is {low: 5, high: 15}; never 0 to 0. */
export function roundOut(range: Range): Range {
  const low = Math.max(0, Math.floor(range.low / 5) * 5)
  return { low, high: Math.max(low + 5, Math.ceil(range.high / 5) * 5) }
}

/** Over so many minutes a wait is said in half hours, and when it may end by the clock. */
export const LONG_MINUTES = 90

/** "5–15 min", "under 5 min", "3.5–7 h" */
export function rangeText(range: Range): string {
  const { low, high } = roundOut(range)
  if (high > LONG_MINUTES) {
    const [from, until] = [Math.floor(low / 30) / 2, Math.ceil(high / 30) / 2]
    return from === 0 ? t("underHours", { n: until }) : t("hours", { low: from, high: until })
  }
  return low === 0 ? t("under", { n: high }) : t("range", { low, high })
}

/** "about 07:15–10:20": when a long wait that begins `now` (ms) may end; "" of a short one. */
export function untilText(range: Range, now: number, timeZone?: string): string {
  const { low, high } = roundOut(range)
  if (high <= LONG_MINUTES) return ""
  const five = (minutes: number): number => Math.round((now + minutes * MINUTE) / (5 * MINUTE)) * 5 * MINUTE
  const [from, until] = [momentText(five(low), now, timeZone), momentText(five(high), now, timeZone)]
  const day = from.slice(0, -5) // said once where both are of the same other day
  return t("about", { from, until: day && until.indexOf(day) === 0 ? until.slice(day.length) : until })
}

export const minutesText = (n: number): string => t("minutes", { n })
export const secondsText = (n: number): string => t("seconds", { n })
