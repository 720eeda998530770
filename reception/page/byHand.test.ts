import { flushPromises, mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { ApiError } from "../../web/api"
import { locale } from "../../web/i18n"
import { clock } from "../../web/time"
import { readTyped } from "./byHand"
import { aHall } from "./cast"
import HandDialog from "./HandDialog.vue"
import { desk } from "./issuing"
import { t } from "./words"

const NOON = Date.parse("2026-11-27T12:30:20+08:00")
const read = (text: string) => readTyped(text, "pass", NOON, "Asia/Shanghai")
const at = (time: string): string => new Date(`2026-11-27T${time}:00+08:00`).toISOString()

describe("numbers as they are typed", () => {
  it("are a number and a time, or a time alone", () => {
    expect(read("A051 9:12\n\nb7,0915\n 12:30 ")).toEqual({
      tickets: [
        { service: "pass", taken: at("09:12"), number: "A051" },
        { service: "pass", taken: at("09:15"), number: "B7" },
        { service: "pass", taken: at("12:30") },
      ],
      lines: [1, 3, 4],
      wrong: [],
    })
  })

  it("may be full-width, as a Chinese keyboard writes them", () => {
    expect(read("Ａ０５１　９：１２").tickets).toEqual([{ service: "pass", taken: at("09:12"), number: "A051" }])
  })

  it("may come from a spreadsheet, with all that it leaves and nobody sees", () => {
    const left = '\ufeffA051\t9:12\r\n,,,\r\n"B7","09:15:00",,\r\n\u200b\u00a0\r\n;;\r\n,12:30,,\r\n'
    const { tickets, lines, wrong } = read(left)
    expect(tickets.map((one) => [one.number, one.taken])).toEqual([
      ["A051", at("09:12")],
      ["B7", at("09:15")],
      [undefined, at("12:30")],
    ])
    expect([lines, wrong]).toEqual([[1, 3, 6], []])
  })

  it("may have three letters or none", () => {
    expect(read("vip12 9:12\n512 9:12\n7,0915").tickets.map((one) => one.number)).toEqual(["VIP12", "512", "7"])
  })

  it("take a time that is still to come as yesterday's", () => {
    expect(read("12:31").tickets[0]!.taken).toBe(new Date("2026-11-26T12:31:00+08:00").toISOString())
  })

  it("name the lines that cannot be read", () => {
    expect(read("A051\n9:12\nA052 25:00\nABCD1 9:12\nA053 9:60").wrong).toEqual([1, 3, 4, 5])
  })
})

describe("its key", () => {
  it("stands in the line of keys in both languages", () => {
    for (const language of ["en", "zh-CN"] as const) {
      locale.value = language
      expect(t("help")).toMatch(/\bH /)
    }
  })
})

describe("the dialog", () => {
  let page: ReturnType<typeof open> | null = null
  const open = () => mount(HandDialog, { props: { hall: aHall(), now: NOON, online: true }, attachTo: document.body })
  const dialog = (): HTMLElement => document.querySelector<HTMLElement>("[role=dialog]")!
  const send = (): HTMLButtonElement =>
    [...dialog().querySelectorAll("button")].find((one) => /Let \d+ wait/.test(one.textContent!))!
  async function type(text: string): Promise<void> {
    const area = dialog().querySelector("textarea")!
    area.value = text
    area.dispatchEvent(new Event("input"))
    await flushPromises()
  }
  async function explain(reason: string): Promise<void> {
    const field = dialog().querySelector("input")!
    field.value = reason
    field.dispatchEvent(new Event("input"))
    await flushPromises()
  }
  beforeEach(() => {
    locale.value = "en"
    page = open()
  })
  afterEach(() => {
    page?.unmount()
    locale.value = "zh-CN"
    document.body.innerHTML = ""
    vi.restoreAllMocks()
  })

  it("sends all of them, again under the same key when no answer came", async () => {
    const byHand = vi
      .spyOn(desk, "byHand")
      .mockRejectedValueOnce(new ApiError("offline", {}, "", 0))
      .mockResolvedValue({ numbers: ["A051", "A052"] })
    expect(send().disabled).toBe(true)
    await type("A051 9:12\n9:15")
    expect(dialog().querySelector("#hand-wrong")!.textContent).toContain("A051 9:12")
    expect(send().disabled).toBe(true) // at noon: three hours late, without a reason
    await explain("the server was away")
    for (let turn = 0; turn < 2; turn++) {
      send().click()
      await flushPromises()
    }
    expect(byHand).toHaveBeenCalledTimes(2)
    expect(byHand.mock.calls[0]![1]).toHaveLength(2)
    expect(byHand.mock.calls[0]![3]).toBe("the server was away")
    expect(byHand.mock.calls[0]![2]).toBe(byHand.mock.calls[1]![2])
    expect(page!.emitted("entered")).toHaveLength(1)
  })

  it("names the lines that the server refuses, until something else is typed", async () => {
    const wrong = [{ field: "tickets.1.number", reason: "A052 is taken today", reason_zh: "A052 今天已被使用" }]
    vi.spyOn(desk, "byHand").mockRejectedValueOnce(new ApiError("invalid", { ...wrong[0], wrong }, "", 422))
    await type("A051 9:12\n\nA052 9:15")
    await explain("power cut")
    send().click()
    await flushPromises()
    expect(dialog().querySelector("#hand-wrong")!.textContent).toBe("Line 3: A052 is taken today")
    await type("A051 9:12")
    expect(dialog().querySelector("#hand-wrong")!.textContent).toContain("A051 9:12; without a number")
  })

  it("asks for no reason where nothing is older than a quarter of an hour", async () => {
    const byHand = vi.spyOn(desk, "byHand").mockResolvedValue({ numbers: ["A051"] })
    await type(`A051 ${clock(NOON - 10 * 60_000, aHall().time_zone)}`)
    expect(dialog().querySelector("input")).toBeNull()
    send().click()
    await flushPromises()
    expect(byHand.mock.calls[0]![3]).toBeUndefined()
  })

  it("says which line is wrong and sends nothing", async () => {
    await type("A051 9:12\nA052")
    expect(dialog().querySelector("#hand-wrong")!.textContent).toBe("Not a number and a time: line 2")
    expect(send().disabled).toBe(true)
  })
})
