/** A time of today on the hall's clock as a moment for the server; null for what is no time, or has passed. Pure. */
export function momentOf(clock: string, now: number, timeZone: string): string | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(clock.trim())
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) return null
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  }).formatToParts(now)
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0)
  const since = ((part("hour") % 24) * 60 + part("minute")) * 60 + part("second")
  const ahead = (Number(found[1]) * 60 + Number(found[2])) * 60 - since
  return ahead > 0 ? new Date(Math.floor(now / 1000) * 1000 + ahead * 1000).toISOString() : null
}
