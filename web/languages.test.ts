import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { flushPromises, mount } from "@vue/test-utils"
import BothTexts from "../kiosk/page/BothTexts.vue"
import { leading } from "../kiosk/page/leading"
import { both, bothCalled, bothOf, rangeBoth } from "../kiosk/page/sentences"
import { both as onScreen, say as screenSay } from "../display/page/texts"
import { dayText } from "../display/page/days"
import { startLanguage } from "../visitor/page/language"
import { t } from "../visitor/page/words"
import { v } from "../visitor/page/visitWords"
import { api } from "./api"
import LanguageSwitch from "./components/LanguageSwitch.vue"
import { errorSentence } from "./errors"
import { added, type AddedLanguage, locale, setLocale, speak, spoken, textOf } from "./i18n"
import { askLanguages, choose, languages, offeredFor, speakIn, startLanguages } from "./languages"
import { rangeText } from "./time"

const UG: AddedLanguage = {
  code: "ug",
  name: "ئۇيغۇرچە",
  direction: "rtl",
  words: {
    "phone.number": "نومۇرىڭىز",
    "phone.leaveWarn": "{number} بىكار بولىدۇ",
    "phone.counterAfter": "",
    "time.range": "{low}–{high} مىنۇت",
    "kiosk.choose": "مۇلازىمەت تاللاڭ",
    "kiosk.calledTo": "{number}: {counter}",
    "kiosk.range": "{low}–{high} مىنۇت",
    "screen.counter": "كۆزنەك",
    "errors.hall_closed": "زال تاقالدى",
  },
}
const BUILT_IN = languages.value
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "")
const server =
  (...others: AddedLanguage[]) =>
  async (path: string) => {
    if (path === "/languages")
      return { languages: [...BUILT_IN, ...others.map(({ code, name, direction }) => ({ code, name, direction }))] }
    const found = others.find((one) => path === `/languages/${one.code}`)
    if (!found) throw new Error(path)
    return found
  }

beforeEach(() => {
  localStorage.clear()
  languages.value = BUILT_IN
  setLocale("zh-CN")
  localStorage.clear()
})
afterEach(() => {
  vi.restoreAllMocks()
  setLocale("zh-CN")
  leading.value = "zh-CN"
  languages.value = BUILT_IN
  localStorage.clear()
})

describe("a language that the address names", () => {
  it("is kept for the pages that this one leads to; what is no language is not", async () => {
    vi.spyOn(api, "get").mockImplementation(server() as typeof api.get)
    for (const [asked, kept] of [
      ["<b>", null],
      ["en", "en"],
    ]) {
      history.replaceState(null, "", `?lang=${asked}`)
      await startLanguages()
      expect(localStorage.getItem("hallcall.language")).toBe(kept)
    }
    history.replaceState(null, "", "?")
  })
})

describe("a language that a hall has added", () => {
  it("is spoken, runs its way, and leaves to English what it lacks", async () => {
    speak(UG)
    await flushPromises()
    expect([spoken.value, document.documentElement.lang, document.documentElement.dir]).toEqual(["ug", "ug", "rtl"])
    expect(t("number")).toBe("نومۇرىڭىز")
    expect(plain(t("place"))).toBe("Your place")
    expect(plain(v("why"))).toBe("Why was a later number called first?")
    expect(t("counterAfter")).toBe("")
    expect(errorSentence({ code: "hall_closed", params: {}, message: "" })).toBe("زال تاقالدى")
    expect(plain(errorSentence({ code: "wrong_state", params: { number: "A1" }, message: "" }))).toMatch(
      /^A1 is not in a state/,
    )
    setLocale("en")
    await flushPromises()
    expect([added.value, document.documentElement.dir, t("number")]).toEqual([null, "ltr", "Your number"])
  })

  it("keeps codes and ranges from left to right in a text that runs from right to left", () => {
    speak(UG)
    expect(t("leaveWarn", { number: "A012" })).toBe("\u2068A012\u2069 بىكار بولىدۇ")
    expect(rangeText({ low: 10, high: 15 })).toBe("\u2066\u206810\u2069–\u206815\u2069\u2069 مىنۇت")
    speak({ ...UG, direction: "ltr" })
    expect(t("leaveWarn", { number: "A012" })).toBe("A012 بىكار بولىدۇ")
  })

  it("has the hall's own names, else the English ones; Chinese of another kind is completed in Chinese", () => {
    const name = { "zh-CN": "社保", en: "Insurance", ug: "سۇغۇرتا" }
    const short = { "zh-CN": "社保", en: "Insurance" }
    speak(UG)
    expect([textOf(name), plain(textOf(short)), plain(textOf(name, "zh-CN"))]).toEqual(["سۇغۇرتا", "Insurance", "社保"])
    speak({ ...UG, code: "zh-HK", direction: "ltr", words: {} })
    expect([textOf(short), t("number")]).toEqual(["社保", "您的号码"])
  })

  it("stands above Chinese on a ticket machine, and first on a screen", () => {
    speak(UG)
    leading.value = "ug"
    const lines = (text: ReturnType<typeof both>) =>
      mount(BothTexts, { props: { text } })
        .findAll("span")
        .map((one) => [one.attributes("lang"), one.attributes("dir"), plain(one.text())])
    expect(lines(both("choose"))).toEqual([
      ["ug", "rtl", "مۇلازىمەت تاللاڭ"],
      ["zh-CN", "ltr", "请选择要办的业务"],
    ])
    expect(lines(both("back"))).toEqual([
      ["en", "ltr", "Back"],
      ["zh-CN", "ltr", "返回"],
    ])
    const counter = { "zh-CN": "5号窗口", en: "Counter 5" }
    expect(
      plain(bothCalled({ number: "A012", counter_name: { ...counter, ug: "5-كۆزنەك" } as typeof counter }).own ?? ""),
    ).toBe("A012: 5-كۆزنەك")
    expect(bothOf(counter)).toEqual({ zh: "5号窗口", en: "Counter 5" })
    expect(plain(rangeBoth({ low: 10, high: 15 }).own ?? "")).toBe("10–15 مىنۇت")
    expect(onScreen("counter").value.map(plain)).toEqual(["كۆزنەك", "窗口"])
    expect([screenSay("ug", "number"), screenSay("zh-CN", "number")].map(plain)).toEqual(["Number", "号码"])
    expect(dayText(Date.parse("2026-11-23T12:00:00Z"), "ug", "UTC")).toMatch(/23/)
    leading.value = "zh-CN"
    expect(lines(both("choose"))[0]).toEqual(["zh-CN", "ltr", "请选择要办的业务"])
  })
})

describe("which language a visitor's page speaks", () => {
  it("is found by the reader's tag, chosen from a list, sent to the server and remembered", async () => {
    const get = vi.spyOn(api, "get").mockImplementation(server(UG) as typeof api.get)
    expect(await askLanguages()).toBe(true)
    expect([offeredFor("ug-CN")?.code, offeredFor("UG")?.code, offeredFor("fr"), offeredFor("zh-CN")?.code]).toEqual([
      "ug",
      "ug",
      undefined,
      "zh-CN",
    ])
    const list = mount(LanguageSwitch)
    expect(list.findAll("option").map((one) => [one.text(), one.attributes("dir")])).toEqual([
      ["中文", "ltr"],
      ["English", "ltr"],
      ["ئۇيغۇرچە", "rtl"],
    ])
    await list.get("select").setValue("ug")
    await flushPromises()
    expect([spoken.value, localStorage.getItem("hallcall.language")]).toEqual(["ug", "ug"])
    await choose("en")
    expect([spoken.value, added.value, localStorage.getItem("hallcall.language")]).toEqual(["en", null, "en"])
    expect(get.mock.calls.map(([path]) => path)).toEqual(["/languages", "/languages/ug"])
  })

  it("is the one of the phone where the hall has it, and the last choice wins over an answer that comes late", async () => {
    localStorage.setItem("hallcall.language", "tt-RU")
    const TT = { ...UG, code: "tt", words: {} }
    vi.spyOn(api, "get").mockImplementation(server(TT) as typeof api.get)
    await startLanguages()
    expect([spoken.value, locale.value]).toEqual(["tt", "en"])
    const late = speakIn("tt")
    setLocale("zh-CN")
    await choose("zh-CN")
    await late
    expect(spoken.value).toBe("zh-CN")
  })

  it("is English or Chinese where the server has no such file or does not answer", async () => {
    localStorage.setItem("hallcall.language", "kk")
    vi.spyOn(api, "get").mockRejectedValue(new Error("away"))
    await startLanguages()
    await speakIn("kk")
    expect([spoken.value, languages.value]).toEqual(["en", BUILT_IN])
    await speakIn("zh-TW")
    expect(spoken.value).toBe("zh-CN")
    expect(mount(LanguageSwitch).find("select").exists()).toBe(false)
  })

  it("is the ticket's where nobody chose one on the phone", async () => {
    const KY = { ...UG, code: "ky" }
    vi.spyOn(api, "get").mockImplementation(server(KY) as typeof api.get)
    await askLanguages()
    startLanguage("ky", "zh-CN")
    await flushPromises()
    expect(spoken.value).toBe("ky")
  })
})
