/**
 * The fonts come in slices that a browser fetches when a page first needs them. The page that says "the server is away"
 * would need its slices just when nobody answers, so all that the machine may ever say is fetched at the start.
 */
import { everySentence } from "./sentences"

export function loadLetters(page: Document = document): void {
  const said = everySentence()
  for (const font of ["400 16px 'Noto Sans SC'", "700 16px 'Noto Sans SC'", "700 16px B612", "400 16px B612"]) {
    page.fonts.load(font, said).catch(() => undefined) // a missing slice is drawn in the system's letters
  }
}
