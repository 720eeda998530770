import { flushPromises, mount, type VueWrapper } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { setLocale } from "../../web/i18n"
import { aCounter, aDevice, aHall, aTicket, NOW } from "./cast"
import CounterDialog from "./CounterDialog.vue"
import DeviceList from "./DeviceList.vue"
import FindDialog from "./FindDialog.vue"
import NoticeDialog from "./NoticeDialog.vue"
import OpeningDialog from "./OpeningDialog.vue"
import PairDialog from "./PairDialog.vue"
import Supervisor from "./Supervisor.vue"

const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const failure = (code: string, status: number): Response => answer({ error: { code, params: {}, message: "" } }, status)
const last = (): { method?: string; url: string; body: unknown } => {
  const [url, init] = asked.mock.calls[asked.mock.calls.length - 1]!
  return { method: init.method, url, body: init.body ? JSON.parse(String(init.body)) : null }
}
const dialog = (): HTMLElement => document.querySelector<HTMLElement>("[role=dialog]")!
function press(label: string): void {
  const words = (button: Element): string | undefined => (button.querySelector(".label") ?? button).textContent?.trim()
  const found = [...document.querySelectorAll("button")].reverse().find((button) => words(button) === label)
  if (!found) throw new Error(`no button ${label} in ${document.body.textContent}`)
  found.click()
}
function fill(selector: string, value: string): void {
  const field = dialog().querySelector<HTMLInputElement | HTMLSelectElement>(selector)!
  field.value = value
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input"))
}

let page: VueWrapper
beforeEach(() => {
  setLocale("en")
  asked.mockReset()
  asked.mockImplementation(async () => answer({}))
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  page.unmount()
  document.body.innerHTML = ""
  vi.unstubAllGlobals()
  history.replaceState(null, "", "/")
})

describe("a counter", () => {
  const clerk = { username: "wang", name: "Wang" }
  const around = { hall: aHall(), changes: [], waiting: {}, now: NOW }
  const released = { method: "DELETE", url: "/api/v1/halls/h/counters/3/session?present=release", body: null }

  it("is signed off, after it was said what becomes of its ticket", async () => {
    const ticket = aTicket({ number: "A007", state: "serving" })
    page = mount(CounterDialog, {
      props: { ...around, counter: aCounter("3", { clerk, ticket }) },
      attachTo: document.body,
    })
    expect(dialog().textContent).toContain("Wang is on duty there")
    expect(dialog().textContent).toContain("A007 is being served there: it is put aside")
    await page.setProps({ counter: aCounter("3", { clerk, ticket: aTicket({ number: "A007", state: "called" }) }) })
    expect(dialog().textContent).toContain("A007 was called there: it waits again")
    press("Sign off")
    await flushPromises()
    expect(last()).toEqual(released)
    expect(page.emitted("done")).toHaveLength(1)
  })

  it("stays when the server refuses", async () => {
    page = mount(CounterDialog, { props: { ...around, counter: aCounter("3", { clerk }) }, attachTo: document.body })
    asked.mockResolvedValueOnce(failure("counter_closed", 409))
    press("Sign off")
    await flushPromises()
    expect(page.emitted("done")).toBeUndefined()
  })
})

describe("the notice", () => {
  const publish = (): HTMLButtonElement =>
    [...dialog().querySelectorAll("button")].find((button) => /Publish|Fill the screens/.test(button.textContent!))!

  it("needs both languages, and says which one is missing", async () => {
    page = mount(NoticeDialog, { props: { hall: "h", notice: null }, attachTo: document.body })
    expect(publish().disabled).toBe(true)
    expect(dialog().querySelector(".needs")!.textContent).toContain("Chinese and English")
    fill("textarea[lang=en]", "The hall closes at 4 pm.")
    await flushPromises()
    expect(dialog().querySelector(".needs")!.textContent).toContain("fill in Chinese, too")
    dialog()
      .querySelector("form")!
      .dispatchEvent(new Event("submit", { cancelable: true }))
    await flushPromises()
    expect(asked).not.toHaveBeenCalled()
  })

  it("goes out in both languages, with its level", async () => {
    page = mount(NoticeDialog, { props: { hall: "h", notice: null }, attachTo: document.body })
    fill("textarea[lang=en]", " The hall closes at 4 pm. ")
    fill("textarea[lang=zh-CN]", "下午四点停止取号。")
    dialog().querySelectorAll<HTMLInputElement>("input[type=radio]")[1]!.click()
    await flushPromises()
    press("Fill the screens")
    await flushPromises()
    expect(last()).toEqual({
      method: "PUT",
      url: "/api/v1/halls/h/notice",
      body: { text: { "zh-CN": "下午四点停止取号。", en: "The hall closes at 4 pm." }, level: "emergency" },
    })
    expect(page.emitted("done")).toHaveLength(1)
  })

  it("stays with the server's reason when it is refused", async () => {
    asked.mockImplementation(async () =>
      answer(
        { error: { code: "invalid", params: { field: "text", reason: "too long", reason_zh: "太长" }, message: "" } },
        422,
      ),
    )
    const notice = { text: { "zh-CN": "通知", en: "Note" }, level: "info" as const, at: "" }
    page = mount(NoticeDialog, { props: { hall: "h", notice }, attachTo: document.body })
    press("Publish")
    await flushPromises()
    expect(dialog().querySelector("[role=alert]")!.textContent).toContain("too long")
    expect(page.emitted("done")).toBeUndefined()
  })

  it("is taken away", async () => {
    const notice = { text: { "zh-CN": "通知", en: "Note" }, level: "info" as const, at: "" }
    page = mount(NoticeDialog, { props: { hall: "h", notice }, attachTo: document.body })
    press("Take it away")
    await flushPromises()
    expect(last().body).toEqual({ text: null, level: "info" })
  })
})

describe("the opening", () => {
  it("names the appointments that a closing hits, and closes only after a yes", async () => {
    const hit = { code: "ABC234", service: "general", start: "2026-11-23T10:00:00.000+08:00", hit: "closed" }
    asked.mockResolvedValueOnce(
      answer({ error: { code: "appointments_hit", params: { count: 1, appointments: [hit] }, message: "" } }, 409),
    )
    page = mount(OpeningDialog, { props: { hall: aHall() }, attachTo: document.body })
    press("Close now")
    await flushPromises()
    expect(dialog().textContent).toContain("1 appointment is hit")
    expect(dialog().textContent?.replace(/\s+/g, " ")).toContain("ABC234 2026-11-23 10:00")
    expect(page.emitted("done")).toBeUndefined()
    press("Do it and tell them")
    await flushPromises()
    expect(last()).toEqual({ method: "PUT", url: "/api/v1/halls/h/state", body: { open: false, confirm: true } })
    expect(page.emitted("done")).toHaveLength(1)
  })

  it.each([
    ["By its hours", null],
    ["Open now", true],
    ["Close now", false],
  ])("%s", async (label, open) => {
    page = mount(OpeningDialog, { props: { hall: aHall() }, attachTo: document.body })
    const found = [...dialog().querySelectorAll("button")].find((button) => button.textContent?.includes(label))!
    found.click()
    await flushPromises()
    expect(last()).toEqual({ method: "PUT", url: "/api/v1/halls/h/state", body: { open } })
  })

  it("stays open when the server refuses", async () => {
    asked.mockImplementation(async () => failure("forbidden", 403))
    page = mount(OpeningDialog, { props: { hall: aHall() }, attachTo: document.body })
    dialog().querySelector<HTMLButtonElement>(".stack button")!.click()
    await flushPromises()
    expect(page.emitted("done")).toBeUndefined()
  })
})

describe("pairing", () => {
  const open = (code = ""): void => {
    page = mount(PairDialog, { props: { hall: aHall(), code, devices: [] }, attachTo: document.body })
  }

  it("sends the code of the link with the place of the device", async () => {
    open("483920")
    fill(".pair-of select", "hall")
    await flushPromises()
    press("Confirm")
    await flushPromises()
    expect(last()).toEqual({
      method: "POST",
      url: "/api/v1/pairings/483920/confirm",
      body: { hall: "h", zone: "hall", settings: {} },
    })
    expect(page.emitted("done")).toHaveLength(1)
  })

  it("says what is wrong before it asks, and what the server found", async () => {
    open()
    press("Confirm")
    await flushPromises()
    expect(asked).not.toHaveBeenCalled()
    expect(dialog().querySelector("[role=alert]")!.textContent).toBe("Enter the six digits on the device's screen.")
    asked.mockImplementation(async () => failure("unknown_pairing", 404))
    fill("input.code", "111 111")
    await flushPromises()
    press("Confirm")
    await flushPromises()
    expect(dialog().querySelector("[role=alert]")!.textContent).toContain("no such code")
    expect(page.emitted("done")).toBeUndefined()
  })
})

describe("a device", () => {
  it("loses its rights only after the question", async () => {
    const devices = [aDevice({ id: 4, name: "Kiosk 1", kind: "kiosk", alive: false })]
    page = mount(DeviceList, { props: { devices, hall: aHall(), now: NOW }, attachTo: document.body })
    expect(page.find(".how").text()).toMatch(/^Offline\s*since 09:00$/)
    press("Remove")
    await flushPromises()
    expect(asked).not.toHaveBeenCalled()
    dialog().querySelector<HTMLButtonElement>(".danger")!.click()
    await flushPromises()
    expect([last().method, last().url]).toEqual(["DELETE", "/api/v1/devices/4"])
    expect(page.emitted("changed")).toHaveLength(1)
  })
})

describe("finding a ticket", () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }))
  afterEach(() => void vi.useRealTimers())

  it("asks once after typing and shows what the ticket does", async () => {
    asked.mockImplementation(async () =>
      answer({ tickets: [aTicket({ number: "A013", state: "parked", note: "came late" })] }),
    )
    page = mount(FindDialog, { props: { hall: aHall(), last: null }, attachTo: document.body })
    for (const typed of ["a", "a0", "ａ01"]) fill("input", typed)
    await vi.advanceTimersByTimeAsync(300)
    expect(asked).toHaveBeenCalledTimes(1)
    expect(last().url).toBe("/api/v1/halls/h/tickets?q=a01")
    const row = dialog().querySelector("tbody")!.textContent
    for (const part of ["A013", "Not here", "General services", "came late"]) expect(row).toContain(part)
  })
})

describe("entering", () => {
  const signedIn = (role: string): void => {
    const halls = [
      { code: "h", name: aHall().name },
      { code: "i", name: aHall().name },
    ]
    asked.mockImplementation(async (url) =>
      answer(
        url.endsWith("/me") ? { user: { username: "u", name: "U", role, halls: [] }, csrf_token: "c" } : { halls },
      ),
    )
  }

  it("sends nobody to the sign-in, with the way back", async () => {
    history.replaceState(null, "", "/supervisor?pair=483920")
    asked.mockImplementation(async () => failure("not_signed_in", 401))
    const go = vi.fn()
    page = mount(Supervisor, { props: { go } })
    await flushPromises()
    expect(go).toHaveBeenCalledWith("/login?next=%2Fsupervisor%3Fpair%3D483920")
  })

  it("tells a clerk that this is not their page", async () => {
    signedIn("clerk")
    page = mount(Supervisor, { props: { go: vi.fn() } })
    await flushPromises()
    expect(page.text()).toContain("Your account may not see this page")
  })

  it("lets a supervisor of two halls choose", async () => {
    signedIn("supervisor")
    page = mount(Supervisor, { props: { go: vi.fn() } })
    await flushPromises()
    expect(page.findAll(".halls button")).toHaveLength(2)
  })
})
