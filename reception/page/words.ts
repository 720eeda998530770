/** Everything the staffed desk says, in both languages. */
import { createI18n } from "../../web/i18n"
import { en } from "./words.en"
import { zh } from "./words.zh"

export const { t, has } = createI18n({ "zh-CN": zh, en })
