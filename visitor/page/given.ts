/** A number that a machine gave while the server was away: what stands behind its ticket's address, "#A9001.2026-11-23". */

const DAY_MS = 86_400_000

/** The number while its machine may still hand it in: on its day and the next one. `now` in ms. */
export function givenAway(hash: string, now: number): string | null {
  const found = /^#([A-Z]{0,3}\d{1,7})\.(\d{4}-\d{2}-\d{2})$/.exec(hash)
  if (!found) return null
  const age = now - Date.parse(found[2]!)
  return age >= -DAY_MS && age <= 2 * DAY_MS ? found[1]! : null
}
