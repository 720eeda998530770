/**
 * In which language the page speaks, the best reason first: what the visitor chose on this phone, or the address; the
 * ticket's language when somebody chose it, at the reception or on the phone; the phone's own. A ticket machine asks for
 * no language, as it shows both: its tickets have the hall's first one, which says nothing of who holds the ticket.
 */
import { locale } from "../../web/i18n"
import type { Language } from "../../web/types"

let started = false

/** Heed the ticket's language once; `usual` is the hall's first one. */
export function startLanguage(language: Language, usual: string | undefined): void {
  if (started) return
  started = true
  if (language !== usual && !chosen()) locale.value = language === "en" ? "en" : "zh-CN"
}

function chosen(): boolean {
  if (new URLSearchParams(location.search).get("lang")) return true
  try {
    return localStorage.getItem("hallcall.language") !== null
  } catch {
    return false
  }
}
