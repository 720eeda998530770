/** Whether a phone number can be one, by the country it begins with; written without one it is of the hall's own country. */

/** Digits after the country's code: how many, and how a number that can get messages begins. */
const COUNTRIES: Record<string, { digits: RegExp; shape: string }> = {
  "86": { digits: /^1[3-9]\d{9}$/, shape: "138 0013 8000" },
  "852": { digits: /^[4-9]\d{7}$/, shape: "+852 9123 4567" },
  "853": { digits: /^6\d{7}$/, shape: "+853 6612 3456" },
  "886": { digits: /^9\d{8}$/, shape: "+886 912 345 678" },
}
/** Of other countries only the length is known (ITU-T E.164). */
const OTHERS = /^\d{7,14}$/
const OF_ZONE: Record<string, string> = { "Asia/Hong_Kong": "852", "Asia/Macau": "853", "Asia/Taipei": "886" }

/** Null when it can be a number, else what one looks like. `zone` is the hall's time zone. */
export function wrongPhone(typed: string, zone: string): string | null {
  const plain = typed.normalize("NFKC").replace(/[\s().\-‐-―]/g, "").replace(/^00/, "+")
  const home = OF_ZONE[zone] ?? (zone.startsWith("Asia/") ? "86" : "")
  if (plain[0] !== "+") {
    const own = COUNTRIES[home]
    if (own) return own.digits.test(plain) || COUNTRIES["86"]!.digits.test(plain) ? null : own.shape
    return OTHERS.test(plain) ? null : "+48 600 123 456"
  }
  const digits = plain.slice(1)
  const country = Object.keys(COUNTRIES).find((code) => digits.startsWith(code))
  if (country === undefined) return OTHERS.test(digits) ? null : "+48 600 123 456"
  const rule = COUNTRIES[country]!
  return rule.digits.test(digits.slice(country.length)) ? null : rule.shape
}
