/** Days as a hall writes them on its wall, in the hall's time zone. Times in ms, or RFC 3339. */
import { clock } from "../../web/time"
import { say } from "./texts"

const DAY: Intl.DateTimeFormatOptions = { month: "long", day: "numeric", weekday: "long" }

/** For Intl; a browser that does not know an added language writes English days, the digits are always those of numbers. */
const NAMES: Record<string, string | undefined> = { "zh-CN": "zh-CN", en: "en-GB" }

/** "11月23日 星期一", "Monday, 23 November" */
export function dayText(at: number, language: string, timeZone: string): string {
  const names = NAMES[language] ?? [`${language}-u-nu-latn`, "en-GB"]
  try {
    return spaced(new Intl.DateTimeFormat(names, { ...DAY, timeZone }).format(at))
  } catch {
    return spaced(new Intl.DateTimeFormat(names, DAY).format(at)) // the browser does not know the zone
  }
}

/** "今天 14:00", "11月24日 星期二 09:00" */
export function momentText(at: string, now: number, language: string, timeZone: string): string {
  const day = dayText(Date.parse(at), language, timeZone)
  return `${day === dayText(now, language, timeZone) ? say(language, "today") : day} ${clock(at, timeZone)}`
}

function spaced(day: string): string {
  return day.replace(/日(?=[星周])/, "日 ")
}
