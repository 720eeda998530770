/**
 * The languages of visitors' pages: Chinese, English, and those that the hall has added by files (docs/languages.md).
 * Only the pages of visitors ask for them; without any they are as they are without this.
 */
import { shallowRef } from "vue"
import { api } from "./api"
import {
  added,
  type AddedLanguage,
  type Locale,
  locale,
  localeOf,
  remember,
  setLocale,
  speak,
  wantedLanguages,
} from "./i18n"

export type Offered = Omit<AddedLanguage, "words">

const BUILT_IN: readonly Offered[] = [
  { code: "zh-CN", name: "中文", direction: "ltr" },
  { code: "en", name: "English", direction: "ltr" },
]
/** For so long a page with another language waits for its words before it shows itself in English. */
const PATIENCE_MS = 1_500

/** All that are offered, the built-in ones first. */
export const languages = shallowRef<readonly Offered[]>(BUILT_IN)
const isBuiltIn = (code: string): code is Locale => BUILT_IN.some((one) => one.code === code)

const known = new Map<string, AddedLanguage>()

/** The words of an added language; null when the server has none or does not answer. */
export async function wordsOf(code: string): Promise<AddedLanguage | null> {
  const before = known.get(code)
  if (before) return before
  try {
    const found = await api.get<AddedLanguage>(`/languages/${encodeURIComponent(code)}`, { anonymous: true })
    known.set(code, found)
    return found
  } catch {
    return null
  }
}

/** Ask what is offered; false when the server does not say. */
export async function askLanguages(): Promise<boolean> {
  try {
    languages.value = (await api.get<{ languages: Offered[] }>("/languages", { anonymous: true })).languages
    return true
  } catch {
    return false
  }
}

/** The language offered for a reader's tag: "ug-CN" is read in ug; Chinese of another kind in its own file, else zh-CN. */
export function offeredFor(tag: string): Offered | undefined {
  const parts = tag.toLowerCase().split("-")
  for (let n = parts.length; n > 0; n -= 1) {
    const found = languages.value.find((one) => one.code.toLowerCase() === parts.slice(0, n).join("-"))
    if (found) return found
  }
  return undefined
}

let turn = 0

/** Speak a language from now on; an unknown one is spoken as Chinese or English. Not remembered. */
export async function speakIn(code: string): Promise<void> {
  const mine = (turn += 1)
  const found = offeredFor(code)
  const words = found && !isBuiltIn(found.code) ? await wordsOf(found.code) : null
  if (mine !== turn) return // another one was chosen meanwhile
  if (words) speak(words)
  else setLocaleQuietly(found && isBuiltIn(found.code) ? found.code : localeOf([code]))
}

/** The visitor has chosen a language. */
export async function choose(code: string): Promise<void> {
  if (isBuiltIn(code)) {
    turn += 1
    setLocale(code)
    return
  }
  remember(code)
  await speakIn(code)
}

function setLocaleQuietly(value: Locale): void {
  added.value = null
  locale.value = value
}

/** Before a visitor's page is shown: what is offered, and the words of the language that its reader wants. */
export async function startLanguages(): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang")
  if (asked && /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(asked)) remember(asked) // for the pages that this one leads to
  const asking = begin()
  if (/^(zh|en)\b/i.test(wantedLanguages()[0] ?? "zh")) return // most readers wait for nothing
  await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
}

async function begin(): Promise<void> {
  if (!(await askLanguages()) || languages.value.length === BUILT_IN.length) return
  const wanted = wantedLanguages().find((tag) => offeredFor(tag) || /^(zh|en)\b/i.test(tag))
  const found = wanted === undefined ? undefined : offeredFor(wanted)
  if (found && !isBuiltIn(found.code)) await speakIn(found.code)
}
