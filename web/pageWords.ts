/** Words of the parts that several pages of visitors have. */
import { createI18n } from "./i18n"

export const { t: p } = createI18n(
  {
    "zh-CN": { dismiss: "关闭", qr: "二维码：请用手机扫码", language: "语言 Language" },
    en: { dismiss: "Dismiss", qr: "QR code: scan it with a phone", language: "Language 语言" },
  },
  "page",
)
