/** Everything the supervisor's page says, in both languages. */
import { createI18n } from "../../web/i18n"
import { en } from "./words.en"
import { zh } from "./words.zh"

export const { t, has } = createI18n({ "zh-CN": zh, en })

/** A wait in whole minutes; the first minute is not "0". */
export const waitText = (minutes: number): string => (minutes < 1 ? t("underMinute") : t("minutes", { n: minutes }))
