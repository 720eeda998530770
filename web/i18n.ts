/**
 * Two languages, typed: `createI18n({"zh-CN": {...}, en: {...}})`. A key that one language lacks, an unknown key and a
 * missing `{parameter}` fail the type check. `{n:person|people}` picks a word by the number `n`.
 */
import { computed, ref, watch } from "vue"
import type { Text } from "./types"

export type Locale = "zh-CN" | "en"
const STORED = "hallcall.language"

type Bare<N extends string> = N extends `${infer A}:${string}` ? A : N
type ParamsOf<S extends string> = S extends `${string}{${infer N}}${infer R}` ? Bare<N> | ParamsOf<R> : never
type Args<S extends string> = [ParamsOf<S>] extends [never] ? [] : [Record<ParamsOf<S>, string | number>]

/** The language of the page, shared by everything on it. */
export const locale = ref<Locale>(startLocale())
watch(
  locale,
  (value) => {
    document.documentElement.lang = value
  },
  { immediate: true },
)

/** Choose the language and remember it on this device. */
export function setLocale(value: Locale): void {
  locale.value = value
  try {
    localStorage.setItem(STORED, value)
  } catch {
    /* a kiosk without storage asks again */
  }
}

/** The text of an object by language; Cantonese readers read zh-CN. */
export function textOf(text: Text | null | undefined, language: string = locale.value): string {
  if (!text) return ""
  return (text as Record<string, string | undefined>)[language] || text["zh-CN"] || text.en || ""
}

export interface I18n<Z extends Record<string, string>> {
  /** The sentence of `key` in the page's language. */
  t<K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string
  /** The same in the given language. */
  say<K extends keyof Z & string>(language: Locale, key: K, ...args: Args<Z[K]>): string
  has(key: string): key is keyof Z & string
}

export function createI18n<const Z extends Record<string, string>>(messages: {
  "zh-CN": Z
  en: { [K in keyof Z]: string }
}): I18n<Z> {
  function say<K extends keyof Z & string>(language: Locale, key: K, ...args: Args<Z[K]>): string {
    return fill(messages[language][key], (args[0] ?? {}) as Record<string, string | number>)
  }
  const t = <K extends keyof Z & string>(key: K, ...args: Args<Z[K]>): string => say(locale.value, key, ...args)
  return { t, say, has: (key: string): key is keyof Z & string => key in messages["zh-CN"] }
}

function fill(template: string, params: Record<string, string | number>): string {
  return template.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    if (one === undefined) return String(params[name] ?? "")
    return Number(params[name]) === 1 ? one : (many ?? "")
  })
}

function startLocale(): Locale {
  let wanted: string | null = new URLSearchParams(location.search).get("lang")
  try {
    wanted = wanted || localStorage.getItem(STORED)
  } catch {
    /* no storage: the browser's language */
  }
  return localeOf(wanted ? [wanted] : navigator.languages?.length ? navigator.languages : [navigator.language])
}

/** The page's language for whoever reads these, the best first: Chinese of any kind, else English; zh-CN when unknown. */
export function localeOf(wanted: readonly (string | undefined)[]): Locale {
  const known = wanted.filter((one): one is string => Boolean(one)).map((one) => one.toLowerCase())
  const first = known.find((one) => /^(zh|en)\b/.test(one)) ?? known[0]
  return first === undefined || first.startsWith("zh") ? "zh-CN" : "en"
}

export const otherLocale = computed<Locale>(() => (locale.value === "en" ? "zh-CN" : "en"))
