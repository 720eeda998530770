import { mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { locale } from "../../web/i18n"
import { aHall } from "./cast"
import type { Range } from "../../web/types"
import { offerDetail } from "./sentences"
import TakeDialog from "./TakeDialog.vue"

const name = (text: string) => ({ "zh-CN": text, en: text })
const hall = aHall({
  limits: { identify: "phone", phone_metres: 500 },
  statuses: [
    { code: "elderly", name: name("Aged 60"), proof: name("ID card"), proof_rule: "declared" },
    { code: "military", name: name("Military"), proof: name("pass"), proof_rule: "shown" },
  ],
  services: ["general", "tax", "company"].map((code) => ({
    code,
    name: name(code),
    counter_type: "A",
    group: null,
    open: code !== "company",
  })),
})
const service = hall.services[0]!

beforeEach(() => {
  locale.value = "en"
})
afterEach(() => {
  locale.value = "zh-CN"
  document.body.innerHTML = ""
})

const page = (): HTMLElement => document.body
const press = (text: string): void =>
  [...page().querySelectorAll("button")].find((one) => one.textContent?.includes(text))!.click()

describe("what a number on the phone still needs", () => {
  it("is asked for, and the rest is left to the visitor", async () => {
    const dialog = mount(TakeDialog, {
      props: { hall, service, expected: null as Range | null, now: 0, pending: false, failed: "" },
      attachTo: page(),
    })
    expect(page().textContent).toContain("within 500 m")
    press("Take a ticket")
    expect(dialog.emitted("take")).toBeUndefined()
    const phone = page().querySelector<HTMLInputElement>('input[type="tel"]')!
    phone.value = "13800138000"
    phone.dispatchEvent(new Event("input"))
    const statuses = [...page().querySelectorAll("option")].map((one) => one.textContent)
    expect(statuses).toEqual(["No", "Aged 60"]) // what must be shown is given at the reception
    press("Do you come for anything else?")
    await dialog.vm.$nextTick()
    const boxes = [...page().querySelectorAll<HTMLInputElement>('input[type="checkbox"]')]
    expect(boxes).toHaveLength(1) // the closed one and the chosen one are not offered
    boxes[0]!.click()
    await dialog.vm.$nextTick()
    press("Take a ticket")
    expect(dialog.emitted("take")![0]).toEqual([
      { services: ["tax"], mode: "sequence", status: null, phone: "13800138000", id_number: "" },
    ])
    dialog.unmount()
  })
})

describe("a wait over the hall's target", () => {
  const now = Date.parse("2026-11-23T07:00:00+08:00")
  const ask = (expected: Range | null, bookable: boolean) =>
    mount(TakeDialog, {
      props: {
        hall: { ...hall, policy: { name: "x", title: name("x"), target: 30 } },
        service: { ...service, bookable },
        expected,
        now,
        pending: false,
        failed: "",
      },
      attachTo: page(),
    })

  it("is asked about once before the number is taken: go on, book instead, back", () => {
    const dialog = ask({ low: 195, high: 382 }, true)
    expect(page().querySelector(".long")?.textContent).toBe("The wait is about 3–6.5 h now (about 10:15–13:25).")
    expect([...page().querySelectorAll(".choices > *")].map((one) => one.textContent)).toEqual([
      "Back",
      "Book instead",
      "Take it anyway",
    ])
    expect(page().querySelector("a.again")?.getAttribute("href")).toBe("/book?hall=h&service=general")
    dialog.unmount()
  })

  it("is not asked about within it, and offers no booking where there is none", () => {
    let dialog = ask({ low: 10, high: 30 }, true)
    expect(page().querySelector(".long")).toBeNull()
    dialog.unmount()
    dialog = ask({ low: 40, high: 60 }, false)
    expect(page().querySelector(".long")?.textContent?.trim()).toBe("The wait is about 40–60 min now.")
    expect(page().querySelector("a.again")).toBeNull()
    dialog.unmount()
  })
})

describe("what stands below a service", () => {
  it("is the queue and what is left, or why there is no number", () => {
    const offer = { service: { ...service, remaining: 12 }, waiting: 4, expected: { low: 10, high: 20 } }
    expect(offerDetail(offer)).toBe("4 waiting · 10–20 min · 12 left today")
    const refused = (code: string): string =>
      offerDetail({ ...offer, service: { ...service, open: false, refused: code } })
    expect(refused("quota_used")).toBe("all of today's numbers are taken")
    expect(refused("taking_ended")).toBe("no more numbers today")
    expect(offerDetail({ ...offer, service: { ...service, open: false } })).toBe("not available now")
  })
})
