/** Which language stands first and large on this machine; a visitor swaps it, and the next one finds Chinese. */
import { ref } from "vue"
import { added, locale } from "../../web/i18n"
import type { Both } from "./sentences"

/** A language's code: zh-CN, en, or one that the hall has added. */
export const leading = ref("zh-CN")

/** A text in one language; `name` is its class and the same for every added one. */
export interface Line {
  lang: string
  name: "zh" | "en" | "own"
  dir: "ltr" | "rtl"
  text: string
}

/** The two lines of a text, the leading language's first; one where both are the same. An added language has Chinese below it. */
export function linesOf({ zh: chinese, en: english, own }: Both): Line[] {
  const [zh, en]: Line[] = [
    { lang: "zh-CN", name: "zh", dir: "ltr", text: chinese },
    { lang: "en", name: "en", dir: "ltr", text: english },
  ]
  const lines = leading.value === "en" ? [en!, zh!] : [zh!, en!]
  if (added.value && leading.value === added.value.code) {
    const first: Line =
      own === undefined ? en! : { lang: added.value.code, name: "own", dir: added.value.direction, text: own }
    const second = locale.value === "zh-CN" ? en! : zh! // below Chinese of another kind stands English
    return first.text === second.text ? [second] : [first, second]
  }
  return zh!.text === en!.text ? [zh!] : lines
}
