/**
 * Two languages, typed: `createI18n({"zh-CN": {...}, en: {...}})`. A key that one language lacks, an unknown key and a
 * missing `{parameter}` fail the type check. `{n:person|people}` picks a word by the number `n`.
 *
 * A hall adds further ones by files (languages.ts): the words of one stand over those of `locale`, which is then the
 * language that says what the file lacks.
 */
import { computed, ref, shallowRef, watch } from "vue"
import type { Text } from "./types"

export type Locale = "zh-CN" | "en"
const STORED = "hallcall.language"

/** A language that the hall has added: its words by `section.key`. */
export interface AddedLanguage {
  code: string
  name: string
  direction: "ltr" | "rtl"
  words: Record<string, string>
}

type Bare<N extends string> = N extends `${infer A}:${string}` ? A : N
type ParamsOf<S extends string> = S extends `${string}{${infer N}}${infer R}` ? Bare<N> | ParamsOf<R> : never
type Args<S extends string> = [ParamsOf<S>] extends [never] ? [] : [Record<ParamsOf<S>, string | number>]

/** The language of the page, shared by everything on it. */
export const locale = ref<Locale>(startLocale())
/** The added language that the page speaks; null when it speaks `locale` itself. */
export const added = shallowRef<AddedLanguage | null>(null)
/** The code of the language that is read on this page, for `lang`, dates and requests. */
export const spoken = computed(() => added.value?.code ?? locale.value)
export const direction = computed(() => added.value?.direction ?? "ltr")
/** For Intl: a browser that does not know the language writes dates in the other one; digits are those of the tickets. */
export const forDates = computed(() =>
  added.value ? [`${added.value.code}-u-nu-latn`, locale.value] : [locale.value as string],
)
watch(
  [spoken, direction],
  ([code, turned]) => {
    document.documentElement.lang = code
    document.documentElement.dir = turned
  },
  { immediate: true },
)

/** Choose the language and remember it on this device. */
export function setLocale(value: Locale): void {
  added.value = null
  locale.value = value
  remember(value)
}

/** Speak an added language: Chinese of any kind is completed in Chinese, all others in English. */
export function speak(language: AddedLanguage): void {
  locale.value = language.code.startsWith("zh") ? "zh-CN" : "en"
  added.value = language
}

/** Keep what was chosen for the next page on this device. */
export function remember(value: string): void {
  try {
    localStorage.setItem(STORED, value)
  } catch {
    /* a kiosk without storage asks again */
  }
}

/** The text of an object by language: of an added one else in English; Cantonese readers read zh-CN. */
export function textOf(text: Text | null | undefined, language: string = spoken.value): string {
  if (!text) return ""
  const texts = text as Record<string, string | undefined>
  if (language === added.value?.code) return texts[language] || turned(texts[locale.value] || text["zh-CN"] || "")
  return turned(texts[language] || text["zh-CN"] || text.en || "")
}

export interface I18n<Z extends Record<string, string>> {
  /** The sentence of `key` in the page's language. */
  t<K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string
  /** The same in the added language that the page speaks; null where its file has no word for it. */
  own<K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string | null
  /** The same in a built-in language, by itself. */
  builtIn<K extends keyof Z & string>(language: Locale, key: K, ...args: Args<Z[K]>): string
  /** The same as a part of this page, in the given language: a built-in one, or the added one that the page speaks. */
  say<K extends keyof Z & string>(language: string, key: K, ...args: Args<Z[K]>): string
  has(key: string): key is keyof Z & string
}

/** What visitors read, by section; web/catalogue.test.ts writes it down for those who translate. */
export const catalogue: Record<string, { "zh-CN": Record<string, string>; en: Record<string, string> }> = {}

/** `section`: the name by which an added language has words for these; those of staff have none. */
export function createI18n<const Z extends Record<string, string>>(
  messages: {
    "zh-CN": Z
    en: { [K in keyof Z]: string }
  },
  section?: string,
): I18n<Z> {
  if (section !== undefined) catalogue[section] = messages
  function own<K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string | null {
    const template = section === undefined ? undefined : added.value?.words[`${section}.${key}`]
    if (template === undefined) return null
    return (direction.value === "rtl" ? fillTurned : fill)(template, (args[0] ?? {}) as Record<string, string | number>)
  }
  function builtIn<K extends keyof Z & string>(language: Locale, key: K, ...args: Args<Z[K]>): string {
    return fill(messages[language][key], (args[0] ?? {}) as Record<string, string | number>)
  }
  function say<K extends keyof Z & string>(language: string, key: K, ...args: Args<Z[K]>): string {
    if (language !== added.value?.code) return turned(builtIn(language === "en" ? "en" : "zh-CN", key, ...args))
    return own(key, ...args) ?? turned(builtIn(locale.value, key, ...args))
  }
  const t = <K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string => say(spoken.value, key, ...args)
  return { t, say, own, builtIn, has: (key: string): key is keyof Z & string => key in messages["zh-CN"] }
}

/** Around what is filled in a text that runs from right to left: A012 and 2026-11-24 10:00 stay as they are. */
const [ISOLATED, LEFT_TO_RIGHT, END] = ["\u2068", "\u2066", "\u2069"]
const RANGE = /\{\w+\}[–-]\{\w+\}/g

/** A text of another language in one that runs from right to left: its own signs stay at its own end. */
export const turned = (text: string): string => (direction.value === "rtl" && text ? LEFT_TO_RIGHT + text + END : text)

/** Facts in a row; those in another language than the page's run as that one does. */
export function inOrder(language: string, facts: readonly string[]): string {
  const row = facts.filter(Boolean).join(" · ")
  return language === added.value?.code ? row : turned(row)
}

function fill(
  template: string,
  params: Record<string, string | number>,
  show: (value: string) => string = (value) => value,
): string {
  return template.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    if (one === undefined) return show(String(params[name] ?? ""))
    return Number(params[name]) === 1 ? one : (many ?? "")
  })
}

/** The same where it runs from right to left: each value by itself, a range of two as one from left to right. */
function fillTurned(template: string, params: Record<string, string | number>): string {
  const ranges = template.replace(RANGE, (range) => LEFT_TO_RIGHT + range + END)
  return fill(ranges, params, (value) => (value === "" ? "" : ISOLATED + value + END))
}

function startLocale(): Locale {
  return localeOf(wantedLanguages())
}

/** What somebody chose: by the address, else earlier on this device; null for nothing. */
export function chosenLanguage(): string | null {
  const asked = new URLSearchParams(location.search).get("lang")
  if (asked) return asked
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null // no storage: the browser's language
  }
}

/** The languages of whoever reads, the best first. */
export function wantedLanguages(): readonly string[] {
  const chosen = chosenLanguage()
  return chosen ? [chosen] : navigator.languages?.length ? navigator.languages : [navigator.language]
}

/** The page's language for whoever reads these, the best first: Chinese of any kind, else English; zh-CN when unknown. */
export function localeOf(wanted: readonly (string | undefined)[]): Locale {
  const known = wanted.filter((one): one is string => Boolean(one)).map((one) => one.toLowerCase())
  const first = known.find((one) => /^(zh|en)\b/.test(one)) ?? known[0]
  return first === undefined || first.startsWith("zh") ? "zh-CN" : "en"
}

export const otherLocale = computed<Locale>(() => (locale.value === "en" ? "zh-CN" : "en"))
