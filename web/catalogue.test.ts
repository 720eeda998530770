/**
 * All that visitors read, as the server hands it to those who translate (server/services/languages/page_words.json). After a change
 * of words: `WORDS=write npx vitest run web/catalogue.test.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import "../display/page/texts"
import "../kiosk/page/sentences"
import "../visitor/page/bookingWords"
import "../visitor/page/visitWords"
import "../visitor/page/words"
import "./errors"
import { catalogue } from "./i18n"
import "./pageWords"
import { fromEntries } from "./records"
import "./time"

const FILE = "server/services/languages/page_words.json"

function wordsIn(language: "zh-CN" | "en"): Record<string, string> {
  const sections = Object.keys(catalogue).sort()
  return fromEntries(
    sections.flatMap((section) =>
      Object.entries(catalogue[section]![language]).map(([key, text]) => [`${section}.${key}`, text] as const),
    ),
  )
}

it("is what the server hands to those who translate", () => {
  const words = { en: wordsIn("en"), "zh-CN": wordsIn("zh-CN") }
  if (process.env.WORDS === "write") writeFileSync(FILE, `${JSON.stringify(words, null, 1)}\n`)
  expect(JSON.parse(readFileSync(FILE, "utf8"))).toEqual(words)
  expect(Object.keys(words.en)).toEqual(Object.keys(words["zh-CN"]))
})
