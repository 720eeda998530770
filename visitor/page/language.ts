/**
 * In which language the page speaks, the best reason first: what the visitor chose on this phone, or the address; the
 * ticket's language when somebody chose it, at the reception or on the phone; the phone's own. A ticket machine asks for
 * no language, as it shows both: its tickets have the hall's first one, which says nothing of who holds the ticket.
 */
import { chosenLanguage } from "../../web/i18n"
import { speakIn } from "../../web/languages"

let started = false

/** Heed the ticket's language once; `usual` is the hall's first one. */
export function startLanguage(language: string, usual: string | undefined): void {
  if (started) return
  started = true
  if (language !== usual && chosenLanguage() === null) void speakIn(language)
}
