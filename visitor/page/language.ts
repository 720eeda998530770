/** The page speaks the ticket's language until the visitor, or the address, chooses one. */
import { locale } from "../../web/i18n"
import type { Language } from "../../web/types"

let started = false

export function startLanguage(language: Language): void {
  if (started) return
  started = true
  if (!chosen()) locale.value = language === "en" ? "en" : "zh-CN"
}

function chosen(): boolean {
  if (new URLSearchParams(location.search).get("lang")) return true
  try {
    return localStorage.getItem("hallcall.language") !== null
  } catch {
    return false
  }
}
