const ARABIC = /[\u0600-\u06ff]/

/**
 * The fonts come in slices that a browser fetches when a page first needs them. What is shown while the server is away
 * would need its own just when nobody answers, so a page fetches them at the start.
 */
export function fetchLetters(said: string, page: Document = document): void {
  for (const font of [
    "400 16px 'Noto Sans SC'",
    "700 16px 'Noto Sans SC'",
    "700 16px B612",
    "400 16px B612",
    ...(ARABIC.test(said) ? ["400 16px 'Hallcall Arabic'", "700 16px 'Hallcall Arabic'"] : []),
  ]) {
    page.fonts?.load(font, said).catch(() => undefined) // a missing slice is drawn in the system's letters
  }
}
