/** What the machine says, always in both languages: `both("take", {...})` is `{zh, en}`. */
import { createI18n } from "../../web/i18n"
import { spansOf } from "../../web/spans"
import { clock, roundOut } from "../../web/time"
import type { Range, Stopped, Text } from "../../web/types"
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
export function bothCalled(ticket: { number: string; counter_name: Text | null }): Both {
  const { number, counter_name: counter } = ticket
  if (!counter) return both("calledNow", { number })
  return { zh: both("calledTo", { number, counter: counter["zh-CN"] }).zh, en: both("calledTo", { number, counter: counter.en }).en }
}

/** Whether a text has more signs than its place takes in letters of their usual size; so many in Chinese and English. */
export const isLong = (text: Text, zh = 12, en = 36): boolean => text["zh-CN"].length > zh || text.en.length > en

export const bothOf = (text: Text): Both => ({ zh: text["zh-CN"], en: text.en })

/** "about 10–15 min"; a range that starts at 0 says "under". */
export function rangeBoth(range: Range, from0: Key = "under", between: Key = "range"): Both {
  const { low, high } = roundOut(range)
  return low === 0 ? both(from0, { high }) : both(between, { low, high })
}

/** "1–4, 7" */
export function countersBoth(counters: string[]): Both {
  const parts = spansOf(counters)
  return { zh: both("counters", { counters: parts.join("、") }).zh, en: both("counters", { counters: parts.join(", ") }).en }
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
