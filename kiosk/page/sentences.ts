/** What the machine says, always in both languages: `both("take", {...})` is `{zh, en}`. */
import { createI18n } from "../../web/i18n"
import { spansOf } from "../../web/spans"
import { clock, LONG_MINUTES, roundOut } from "../../web/time"
import type { CounterPlace, Range, Stopped, Text, VisitorTicket } from "../../web/types"
import { en } from "./words.en"
import { zh } from "./words.zh"

export interface Both {
  zh: string
  en: string
}

const { say } = createI18n({ "zh-CN": zh, en })

/** All that the machine may say, with the digits and letters of numbers and clocks. */
export const everySentence = (): string =>
  [...Object.values(zh), ...Object.values(en), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789–年月日星期一二三四五六日"].join("")

type Key = Parameters<typeof say>[1]

/** The sentence of `key` in both languages; `values` fill its `{names}`. */
export function both(key: Key, values: Record<string, string | number> = {}): Both {
  const speak = say as (language: "zh-CN" | "en", key: Key, values: Record<string, string | number>) => string
  return { zh: speak("zh-CN", key, values), en: speak("en", key, values) }
}

/** A sentence with a name in it, each language with its own name. */
export function bothWith(key: Key, name: string, text: Text): Both {
  return { zh: both(key, { [name]: text["zh-CN"] }).zh, en: both(key, { [name]: text.en }).en }
}

/** Where a called number goes to. */
export function bothCalled(ticket: { number: string; counter_name: Text | null; places?: CounterPlace[] }): Both {
  const { number, counter_name: counter } = ticket
  if (!counter) return both("calledNow", { number })
  const [place] = ticket.places ?? []
  const where = place ? placeBoth(place) : { zh: "", en: "" }
  return {
    zh: both("calledTo", { number, counter: counter["zh-CN"] }).zh + (where.zh && `（${where.zh}）`),
    en: both("calledTo", { number, counter: counter.en }).en + (where.en && ` (${where.en})`),
  }
}

/** Why a number goes earlier, and what must be ready for that. */
export function marksBoth(ticket: Pick<VisitorTicket, "tags" | "proof">): Both[] {
  const marks = ticket.tags.filter((tag) => tag === "priority" || tag === "appointment").map((tag) => both(tag === "priority" ? "priority" : "appointmentMark"))
  return ticket.proof ? [...marks, bothWith("ready", "proof", ticket.proof)] : marks
}

/** Whether a text has more signs than its place takes in letters of their usual size; so many in Chinese and English. */
export const isLong = (text: Text, zh = 12, en = 36): boolean => text["zh-CN"].length > zh || text.en.length > en

export const bothOf = (text: Text): Both => ({ zh: text["zh-CN"], en: text.en })

/** "about 10–15 min", "under 5 min", "about 3.5–6.5 h" */
export function rangeBoth(range: Range): Both {
  const { low, high } = roundOut(range)
  if (high > LONG_MINUTES) return halfHours(range, "hours", "hour")
  return low === 0 ? both("under", { high }) : both("range", { low, high })
}

/** What a ticket says of its wait, at which times too where it is long; `at`: from when it counts. */
export function waitBoth(range: Range, at: string, zone?: string): Both {
  const { low, high } = roundOut(range)
  if (high > LONG_MINUTES) return halfHours(range, "waitHours", "waitHour", timesOf(range, at, zone))
  return low === 0 ? both("waitUnder", { high }) : both("wait", { low, high })
}

/** The question before a number with a long wait: how long, and at which times. */
export function longBoth(range: Range, at: string | number, zone?: string): { title: Both; times: Both } {
  const { low, high } = roundOut(range)
  const wait = high > LONG_MINUTES ? halfHours(range, "longHours", "longHour") : both("longMinutes", { low, high })
  return { title: { zh: both("longTitle", { wait: wait.zh }).zh, en: both("longTitle", { wait: wait.en }).en }, times: both("longAt", timesOf(range, at, zone)) }
}

function halfHours({ low, high }: Range, between: Key, from0: Key, more: Record<string, string> = {}): Both {
  const halves = { low: Math.floor(low / 30) / 2, high: Math.ceil(high / 30) / 2 }
  return both(halves.low > 0 ? between : from0, { ...halves, ...more })
}

/** The clocks between which a wait ends, to five minutes. */
function timesOf({ low, high }: Range, at: string | number, zone?: string): { start: string; end: string } {
  const clockAfter = (minutes: number): string => clock(Math.floor((new Date(at).getTime() + minutes * 60_000) / 300_000) * 300_000, zone)
  return { start: clockAfter(low), end: clockAfter(high) }
}

/** "1–4, 7"; in a hall that has something to tell, a line for each place: "1–4 (East wing, second floor)". */
export function countersBoth({ counters, places = [] }: Pick<VisitorTicket, "counters" | "places">): Both[] {
  if (places.length === 0) return [listed(counters)]
  return places.map((place) => {
    const [list, where] = [listed(place.counters), placeBoth(place)]
    return { zh: `${list.zh}（${where.zh}）`, en: `${list.en} (${where.en})` }
  })
}

function listed(counters: string[]): Both {
  const parts = spansOf(counters)
  return { zh: both("counters", { counters: parts.join("、") }).zh, en: both("counters", { counters: parts.join(", ") }).en }
}

/** "East wing, second floor, left" */
function placeBoth({ zone_name: zone, where }: CounterPlace): Both {
  return { zh: [zone["zh-CN"], where?.["zh-CN"]].filter(Boolean).join("，"), en: [zone.en, where?.en].filter(Boolean).join(", ") }
}

/** When the hall opens next, as people say it; null when nobody knows. */
export function openingBoth(nextOpen: string | null, now: number, timeZone: string): Both | null {
  if (nextOpen === null) return null
  const at = Date.parse(nextOpen)
  const time = clock(at, timeZone)
  const days = daysBetween(now, at, timeZone)
  if (days === 0) return both("today", { time })
  if (days === 1) return both("tomorrow", { time })
  return { zh: `${dayName(at, "zh-CN", timeZone)} ${time}`, en: `${dayName(at, "en-GB", timeZone)}, ${time}` }
}

function daysBetween(from: number, to: number, timeZone: string): number {
  const day = (at: number): number => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone }).format(at))
  return Math.round((day(to) - day(from)) / 86_400_000)
}

function dayName(at: number, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone }).format(at)
}

/** Until when a service was stopped by hand; nothing of it where nobody said so. */
export function stoppedBoth({ until, today }: Stopped): Both {
  if (until === null) return both("closedService")
  return today ? both("stoppedToday") : both("stoppedUntil", { at: until.slice(5, 16).replace("T", " ") })
}
