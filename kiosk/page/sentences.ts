/** What the machine says, always in both languages: `both("take", {...})` is `{zh, en}`, with `own` in an added one. */
import { added, createI18n, turned } from "../../web/i18n"
import { fromEntries } from "../../web/records"
import { spansOf } from "../../web/spans"
import { clock, LONG_MINUTES, roundOut } from "../../web/time"
import type { CounterPlace, Range, Stopped, Text, VisitorTicket } from "../../web/types"
import { en } from "./words.en"
import { zh } from "./words.zh"

export interface Both {
  zh: string
  en: string
  /** In the added language that the visitor has chosen; left out where it has no words for this. */
  own?: string | undefined
}

const { builtIn, own } = createI18n({ "zh-CN": zh, en }, "kiosk")

/** All that the machine may say, with the digits and letters of numbers and clocks. */
export const everySentence = (): string =>
  [...Object.values(zh), ...Object.values(en), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789–年月日星期一二三四五六日"].join("")

type Key = Parameters<typeof builtIn>[1]

type Value = string | number | Both

/** The sentence of `key` in both languages; `values` fill its `{names}`, a text of several languages in each its own. */
export function both(key: Key, values: Record<string, Value> = {}): Both {
  const speak = builtIn as (language: "zh-CN" | "en", key: Key, values: Record<string, string | number>) => string
  const speakOwn = own as (key: Key, values: Record<string, string | number>) => string | null
  const filled = (of: (text: Both) => string): Record<string, string | number> =>
    fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? of(value) : value]))
  return withOwn(
    speak(
      "zh-CN",
      key,
      filled((text) => text.zh),
    ),
    speak(
      "en",
      key,
      filled((text) => text.en),
    ),
    speakOwn(key, filled(ownOf)),
  )
}

const withOwn = (zh: string, en: string, said: string | null | undefined): Both =>
  said ? { zh, en, own: said } : { zh, en }
const ownOf = (text: Both): string => text.own ?? turned(text.en)

/** A text put together from others, in each language from those of that language; commas are not the same in all. */
export function joined(
  parts: readonly Both[],
  zh: (...texts: string[]) => string,
  en: (...texts: string[]) => string = zh,
  inOther = en,
): Both {
  const inOwn = parts.some((part) => part.own !== undefined) ? inOther(...parts.map(ownOf)) : undefined
  return withOwn(zh(...parts.map((part) => part.zh)), en(...parts.map((part) => part.en)), inOwn)
}

/** A sentence with a name in it, each language with its own name. */
export const bothWith = (key: Key, name: string, text: Text): Both => both(key, { [name]: bothOf(text) })

/** Where a called number goes to. */
export function bothCalled(ticket: { number: string; counter_name: Text | null; places?: CounterPlace[] }): Both {
  const { number, counter_name: counter } = ticket
  if (!counter) return both("calledNow", { number })
  const [place] = ticket.places ?? []
  const called = both("calledTo", { number, counter: bothOf(counter) })
  return joined(
    [called, place ? placeBoth(place) : NOTHING],
    (said, where) => said + (where && `（${where}）`),
    (said, where) => said + (where && ` (${where})`),
  )
}

/** Why a number goes earlier, and what must be ready for that. */
export function marksBoth(ticket: Pick<VisitorTicket, "tags" | "proof">): Both[] {
  const marks = ticket.tags
    .filter((tag) => tag === "priority" || tag === "appointment")
    .map((tag) => both(tag === "priority" ? "priority" : "appointmentMark"))
  return ticket.proof ? [...marks, bothWith("ready", "proof", ticket.proof)] : marks
}

/** Whether a text has more signs than its place takes in letters of their usual size; so many in Chinese and English. */
export const isLong = (text: Text, zh = 12, en = 36): boolean => text["zh-CN"].length > zh || text.en.length > en

export const bothOf = (text: Text): Both =>
  withOwn(
    text["zh-CN"],
    text.en,
    added.value ? (text as Record<string, string | undefined>)[added.value.code] : undefined,
  )

const NOTHING: Both = { zh: "", en: "" }

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
  return { title: both("longTitle", { wait }), times: both("longAt", timesOf(range, at, zone)) }
}

function halfHours({ low, high }: Range, between: Key, from0: Key, more: Record<string, Both> = {}): Both {
  const halves = { low: Math.floor(low / 30) / 2, high: Math.ceil(high / 30) / 2 }
  return both(halves.low > 0 ? between : from0, { ...halves, ...more })
}

/** The clocks between which a wait ends, to five minutes. */
function timesOf({ low, high }: Range, at: string | number, zone?: string): { start: Both; end: Both } {
  const from = new Date(at).getTime()
  const [first, last] = [low, high].map((minutes) => Math.floor((from + minutes * 60_000) / 300_000) * 300_000) as [
    number,
    number,
  ]
  const said = (then: number, day: number): Both => {
    const time = clock(then, zone)
    return daysBetween(day, then, zone) === 0 ? { zh: time, en: time } : both("tomorrow", { time })
  }
  return { start: said(first, from), end: said(last, first) }
}

/** "1–4, 7"; in a hall that has something to tell, a line for each place: "1–4 (East wing, second floor)". */
export function countersBoth({ counters, places = [] }: Pick<VisitorTicket, "counters" | "places">): Both[] {
  if (places.length === 0) return [listed(counters)]
  return places.map((place) =>
    joined(
      [listed(place.counters), placeBoth(place)],
      (list, where) => `${list}（${where}）`,
      (list, where) => `${list} (${where})`,
    ),
  )
}

function listed(counters: string[]): Both {
  const parts = spansOf(counters)
  return both("counters", { counters: { zh: parts.join("、"), en: parts.join(", ") } })
}

/** "East wing, second floor, left" */
function placeBoth({ zone_name: zone, where }: CounterPlace): Both {
  const parts = [bothOf(zone), where ? bothOf(where) : NOTHING]
  const by =
    (comma: string) =>
    (...texts: string[]): string =>
      texts.filter(Boolean).join(comma)
  return joined(parts, by("，"), by(", "), by(" · "))
}

/** When the hall opens next, as people say it; null when nobody knows. */
export function openingBoth(nextOpen: string | null, now: number, timeZone: string): Both | null {
  if (nextOpen === null) return null
  const at = Date.parse(nextOpen)
  const time = clock(at, timeZone)
  const days = daysBetween(now, at, timeZone)
  if (days === 0) return both("today", { time })
  if (days === 1) return both("tomorrow", { time })
  const of = added.value ? `${dayName(at, `${added.value.code}-u-nu-latn`, timeZone)} ${time}` : undefined
  return withOwn(`${dayName(at, "zh-CN", timeZone)} ${time}`, `${dayName(at, "en-GB", timeZone)}, ${time}`, of)
}

function daysBetween(from: number, to: number, timeZone?: string): number {
  const day = (at: number): number => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone }).format(at))
  return Math.round((day(to) - day(from)) / 86_400_000)
}

function dayName(at: number, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat([language, "en-GB"], {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone,
  }).format(at)
}

/** Until when a service was stopped by hand; nothing of it where nobody said so. */
export function stoppedBoth({ until, today }: Stopped): Both {
  if (until === null) return both("closedService")
  return today ? both("stoppedToday") : both("stoppedUntil", { at: until.slice(5, 16).replace("T", " ") })
}
