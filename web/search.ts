/**
 * Finding a service by what somebody typed: a part of its name in any language, its pinyin, the initials of that, or its
 * queue's prefix. Width, case, accents and signs between words do not count. Pure; for browsers of 2016 too.
 */
import type { Hall, SearchKeys, Service, Text } from "./types"

/** What is looked for: with `prefix` its queue's letters, by which it is found when they are typed as capitals. */
export interface Sought {
  name: Text
  search?: SearchKeys
  prefix?: string
}

/** The services of a hall with their prefixes. */
export function soughtOf<S extends Service>(hall: Hall, services: readonly S[]): (S & Sought)[] {
  const prefixes: Record<string, string> = {}
  for (const one of hall.counter_types) prefixes[one.code] = one.prefix
  return services.map((one) => ({ ...one, prefix: prefixes[one.counter_type] }))
}

/** Whether an entry is what was typed; nothing typed is every entry. A single capital is a prefix alone, where entries have one. */
export function matches(entry: Sought, typed: string): boolean {
  const wish = typed.normalize("NFKC").trim()
  if (entry.prefix && wish.length === 1 && isCapitals(wish)) return entry.prefix === wish
  return rank(entry, wish) < Infinity
}

/**
 * The entries that are what was typed, the likeliest first: names that begin so, then those that hold it; equals keep
 * their order. Capitals that are a prefix of one give those of that prefix; others are read as if they were small.
 */
export function found<E extends Sought>(entries: readonly E[], typed: string): E[] {
  const wish = typed.normalize("NFKC").trim()
  if (wish === "") return entries.slice()
  const ofPrefix = isCapitals(wish) ? entries.filter((one) => one.prefix === wish) : []
  if (ofPrefix.length > 0) return ofPrefix
  const ranked = entries
    .map((entry, at) => ({ entry, at, rank: rank(entry, wish) }))
    .filter((one) => one.rank < Infinity)
  return ranked.sort((one, other) => one.rank - other.rank || one.at - other.at).map((one) => one.entry)
}

const isCapitals = (typed: string): boolean => /^[A-Z]{1,3}$/.test(typed)

/** The worst place of the words typed, each of which must be found; Infinity when one is not. */
function rank(entry: Sought, typed: string): number {
  const forms = formsOf(entry)
  const words = typed
    .split(/\s+/)
    .map(folded)
    .filter((one) => one !== "")
  return words.reduce((worst, word) => Math.max(worst, placeOf(forms, word)), 0)
}

/** 0 where a form is the word, 1 where one begins so, 2 where one holds it. */
function placeOf(forms: string[], word: string): number {
  const places = forms.map((form) => form.indexOf(word))
  if (forms.indexOf(word) >= 0) return 0
  if (places.indexOf(0) >= 0) return 1
  return places.some((place) => place > 0) ? 2 : Infinity
}

/** Names are folded once: hundreds of them are looked through with each key. */
const foldedNames = new WeakMap<Text, string[]>()

function formsOf(entry: Sought): string[] {
  let names = foldedNames.get(entry.name)
  if (names === undefined) {
    names = Object.keys(entry.name).map((language) => folded((entry.name as Record<string, string>)[language] ?? ""))
    foldedNames.set(entry.name, names)
  }
  return entry.search ? [...names, entry.search.initials, entry.search.pinyin] : names
}

/** Letters that no normal form takes apart. */
const WHOLE: Record<string, string> = { ü: "v", ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe" }

/** Letters, digits and characters of a text alone: full width, case and accents folded; ü is v, as pinyin is typed. */
function folded(text: string): string {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[üłøđıßæœ]/g, (letter) => WHOLE[letter] ?? letter)
    .normalize("NFKD")
  return plain
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\s\u0000-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\u30fb]/g, "")
}
