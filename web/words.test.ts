import { afterEach, describe, expect, it, vi } from "vitest"
import { createI18n, locale, localeOf, setLocale, textOf } from "./i18n"
import { errorSentence } from "./errors"
import { actOncePerPress, bindKeys, leaveFieldsByEscape } from "./keys"
import { clock, dateAndClock, elapsed, minutesSince, rangeText, untilText, roundOut, waited } from "./time"

afterEach(() => {
  locale.value = "zh-CN"
  document.body.innerHTML = ""
})

describe("createI18n", () => {
  const { t, say } = createI18n({
    "zh-CN": { hello: "您好，{name}", people: "{n} 人", plain: "好" },
    en: { hello: "Hello {name}", people: "{n} {n:person|people}", plain: "Fine" },
  })

  it("speaks the page's language and remembers it", () => {
    setLocale("zh-CN")
    expect(t("hello", { name: "王" })).toBe("您好，王")
    setLocale("en")
    expect(t("hello", { name: "Wang" })).toBe("Hello Wang")
    expect(localStorage.getItem("hallcall.language")).toBe("en")
  })

  it("picks the word by the number", () => {
    expect(say("en", "people", { n: 1 })).toBe("1 person")
    expect(say("en", "people", { n: 12 })).toBe("12 people")
  })

  it("refuses what is missing at the type check", () => {
    // @ts-expect-error the parameter is missing
    t("hello")
    // @ts-expect-error there is no such key
    expect(() => t("nothing")).toThrow()
    // @ts-expect-error English lacks a key
    createI18n({ "zh-CN": { a: "甲", b: "乙" }, en: { a: "a" } })
  })

  it("gives Cantonese readers Chinese", () => {
    expect(textOf({ "zh-CN": "社保", en: "Social insurance" }, "zh-HK")).toBe("社保")
    expect(textOf(null)).toBe("")
  })
})

describe("the language of a page", () => {
  it("is Chinese for readers of any Chinese, English for all others", () => {
    expect(localeOf(["zh-TW"])).toBe("zh-CN")
    expect(localeOf(["zh-HK", "en"])).toBe("zh-CN")
    expect(localeOf(["de-DE", "zh-CN"])).toBe("zh-CN")
    expect(localeOf(["de-DE", "fr"])).toBe("en")
    expect(localeOf(["en-GB"])).toBe("en")
    expect(localeOf([undefined])).toBe("zh-CN")
  })
})

describe("errorSentence", () => {
  it("fills the parameters and falls back to the server's words", () => {
    locale.value = "en"
    const params = { number: "A013", counter: "4", seconds: 2 }
    expect(errorSentence({ code: "called_elsewhere", params, message: "" })).toBe(
      "A013 was called by counter 4 2 seconds ago.",
    )
    expect(errorSentence({ code: "called_elsewhere", params: { ...params, seconds: 0 }, message: "" })).toMatch(
      /just now/,
    )
    expect(errorSentence({ code: "nobody_waiting", params: { others: 5 }, message: "" })).toMatch(/5 people wait/)
    expect(errorSentence({ code: "nobody_waiting", params: { others: 0 }, message: "" })).toBe("Nobody is waiting.")
    expect(errorSentence({ code: "brand_new", params: {}, message: "The server's words" })).toBe("The server's words")
  })
})

describe("time", () => {
  const noon = "2026-11-23T12:00:00+08:00"
  const later = (ms: number): number => Date.parse(noon) + ms

  it("shows a 24-hour clock in the hall's zone, and survives an unknown zone", () => {
    expect(clock(noon, "Asia/Shanghai")).toBe("12:00")
    expect(clock("2026-11-23T16:00:05Z", "Asia/Shanghai", true)).toBe("00:00:05")
    expect(clock(noon, "Mars/Olympus")).toMatch(/^\d\d:\d\d$/)
    expect(dateAndClock("2026-11-23T16:30:00.000+00:00", "Asia/Shanghai")).toBe("2026-11-24 00:30")
    expect(dateAndClock("tomorrow", "Asia/Shanghai")).toBe("")
  })

  it("counts what was waited", () => {
    locale.value = "en"
    expect(minutesSince(noon, later(-5_000))).toBe(0)
    expect(waited(noon, later(59_000))).toBe("waited under 1 min")
    expect(waited(noon, later(14 * 60_000))).toBe("waited 14 min")
    expect(waited(noon, later(83 * 60_000))).toBe("waited 1 h 23 min")
    expect(elapsed(noon, later(247_000))).toBe("4:07")
    expect(elapsed(noon, later(3_753_000))).toBe("1:02:33")
  })

  it("rounds a range outward to 5", () => {
    locale.value = "en"
    expect(roundOut({ low: 7, high: 12 })).toEqual({ low: 5, high: 15 })
    expect(roundOut({ low: 5, high: 10 })).toEqual({ low: 5, high: 10 })
    expect(roundOut({ low: 0, high: 0 })).toEqual({ low: 0, high: 5 })
    expect(rangeText({ low: 1, high: 4 })).toBe("under 5 min")
    expect(rangeText({ low: 12, high: 21 })).toBe("10–25 min")
    expect([
      rangeText({ low: 60, high: 90 }),
      rangeText({ low: 212, high: 393 }),
      rangeText({ low: 20, high: 100 }),
    ]).toEqual(["60–90 min", "3.5–7 h", "under 2 h"])
    expect(untilText({ low: 30, high: 60 }, Date.parse(noon), "Asia/Shanghai")).toBe("")
    expect(untilText({ low: 195, high: 382 }, Date.parse("2026-11-23T04:02:00+08:00"), "Asia/Shanghai")).toBe(
      "about 07:15–10:25",
    )
    expect(untilText({ low: 75, high: 145 }, Date.parse("2026-11-23T21:40:00+08:00"), "Asia/Shanghai")).toBe(
      "about 22:55–tomorrow 00:05",
    )
  })
})

describe("fields", () => {
  it("are left by Escape, and Alt with a letter works in them", () => {
    const find = vi.fn()
    const stops = [bindKeys({ KeyF: find, "Alt+KeyF": find }), leaveFieldsByEscape()]
    const field = document.body.appendChild(document.createElement("input"))
    const press = (key: string, code: string, altKey = false): boolean =>
      (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent("keydown", { key, code, altKey, bubbles: true, cancelable: true }),
      )
    field.focus()
    press("f", "KeyF")
    expect(find).not.toHaveBeenCalled()
    press("f", "KeyF", true)
    expect(find).toHaveBeenCalledTimes(1)
    press("Escape", "Escape")
    expect(document.activeElement).toBe(document.body)
    press("f", "KeyF")
    expect(find).toHaveBeenCalledTimes(2)
    stops.forEach((stop) => stop())
    field.remove()
  })
})

describe("bindKeys", () => {
  function press(init: KeyboardEventInit, on: EventTarget = document.body): KeyboardEvent {
    const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init })
    on.dispatchEvent(event)
    return event
  }

  it("presses by code and by key, and not while it is told to wait", () => {
    const [next, help] = [vi.fn(), vi.fn()]
    let enabled = true
    const stop = bindKeys({ NumpadEnter: next, "?": help }, { enabled: () => enabled })
    press({ code: "NumpadEnter", key: "Enter" })
    press({ code: "Slash", key: "?" })
    expect([next, help].map((f) => f.mock.calls.length)).toEqual([1, 1])
    enabled = false
    press({ code: "NumpadEnter", key: "Enter" })
    stop()
    enabled = true
    press({ code: "NumpadEnter", key: "Enter" })
    expect(next).toHaveBeenCalledOnce()
  })

  it("ignores auto-repeat, modifiers and typing", () => {
    const next = vi.fn()
    const stop = bindKeys({ KeyN: next })
    document.body.innerHTML = "<input><textarea></textarea>"
    press({ code: "KeyN", key: "n", repeat: true })
    press({ code: "KeyN", key: "n", ctrlKey: true })
    press({ code: "KeyN", key: "n" }, document.querySelector("input")!)
    press({ code: "KeyN", key: "n" }, document.querySelector("textarea")!)
    expect(next).not.toHaveBeenCalled()
    expect(press({ code: "KeyN", key: "n" }).defaultPrevented).toBe(true)
    expect(next).toHaveBeenCalledOnce()
    stop()
  })
})

describe("a refusal with a reason for people", () => {
  it("says it in the page's language", () => {
    const error = {
      code: "invalid",
      params: { field: "until", reason: "a time that lies ahead", reason_zh: "请填写将来的时间" },
      message: "",
    }
    locale.value = "en"
    expect(errorSentence(error)).toBe("That does not fit: a time that lies ahead.")
    locale.value = "zh-CN"
    expect(errorSentence(error)).toBe("填写的内容不对：请填写将来的时间。")
    expect(errorSentence({ ...error, params: { ...error.params, field_zh: "时间" } })).toBe(
      "时间不对：请填写将来的时间。",
    )
    expect(errorSentence({ ...error, params: { field: "until" } })).not.toMatch(/[a-z]/)
  })
})

describe("a held key", () => {
  const hold = (at: Element, key: string, repeat: boolean): boolean =>
    at.dispatchEvent(new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true }))

  it("acts once, and is not typed into the field to which its first press went", () => {
    document.body.innerHTML = "<button>a</button><input><textarea></textarea>"
    const [button, field, text] = [...document.body.children] as [Element, Element, Element]
    const stop = actOncePerPress()
    expect([hold(button, "Enter", false), hold(button, "Enter", true), hold(field, "Enter", true)]).toEqual([
      true,
      false,
      false,
    ])
    expect([hold(document.body, "h", false), hold(field, "h", true)]).toEqual([true, false])
    expect([
      hold(field, "1", false),
      hold(field, "1", true),
      hold(field, "Backspace", true),
      hold(button, "Tab", true),
    ]).toEqual([true, true, true, true])
    expect([hold(text, "Enter", false), hold(text, "Enter", true)]).toEqual([true, true])
    stop()
    expect(hold(button, "Enter", true)).toBe(true)
  })
})
