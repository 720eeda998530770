/** What the clerk's console says. */
import { createI18n } from "../../web/i18n"
import { en } from "./messages.en"
import { visitEn } from "./messages.visit.en"
import { visitZh } from "./messages.visit.zh"
import { zh } from "./messages.zh"

export const { t, has } = createI18n({ "zh-CN": { ...zh, ...visitZh }, en: { ...en, ...visitEn } })

/** The message of a key made of parts, or `otherwise` when there is none (a tag or channel of a later server). */
export function word(key: string, otherwise: string, params: Record<string, string | number> = {}): string {
  return has(key) ? (t as (key: string, params: object) => string)(key, params) : otherwise
}
