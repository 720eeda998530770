/**
 * The fonts come in slices that a browser fetches when a page first needs them. The pages shown while the server is away
 * would need theirs just when nobody answers, so all that the machine may ever say is fetched at the start, and the
 * names of the hall as soon as they are known.
 */
import type { Hall } from "../../web/types"
import { everySentence } from "./sentences"

export function loadLetters(said: string = everySentence(), page: Document = document): void {
  for (const font of ["400 16px 'Noto Sans SC'", "700 16px 'Noto Sans SC'", "700 16px B612", "400 16px B612"]) {
    page.fonts?.load(font, said).catch(() => undefined) // a missing slice is drawn in the system's letters
  }
}

/** The letters of what the hall offers: its own name, its groups and services, who comes first. */
export const lettersOf = ({ name, groups, services, statuses }: Hall): string =>
  [...new Set(JSON.stringify([name, groups, services.map((one) => one.name), statuses]))].join("")
