import { flushPromises, mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { setLocale } from "../../web/i18n"
import { aHall, aTicket } from "./cast"
import { keepTicket, keptTicket } from "./keeping"
import TakeTicket from "./TakeTicket.vue"
import TicketActions from "./TicketActions.vue"

const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const sent = (method: string): [string, RequestInit] | undefined =>
  asked.mock.calls.find((call) => call[1].method === method)
const press = (label: string): void => {
  const found = [...document.querySelectorAll("button")].find((button) => button.textContent?.includes(label))
  if (!found) throw new Error(`no button ${label} in ${document.body.textContent}`)
  found.click()
}

beforeEach(() => {
  setLocale("en")
  asked.mockReset()
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  document.body.innerHTML = ""
  localStorage.clear()
  vi.unstubAllGlobals()
})

describe("leaving the queue", () => {
  it("asks first, and tells the page what became of the ticket", async () => {
    const cancelled = aTicket({ state: "cancelled", can_leave: false })
    asked.mockResolvedValue(answer(cancelled))
    const page = mount(TicketActions, { props: { ticket: aTicket(), face: "waiting" }, attachTo: document.body })
    press("Leave the queue")
    await flushPromises()
    expect(asked).not.toHaveBeenCalled()
    press("Leave")
    ;[...document.querySelectorAll<HTMLButtonElement>("[role=dialog] .danger")][0]!.click()
    await flushPromises()
    expect(sent("DELETE")![0]).toBe("/api/v1/tickets/tok")
    expect(page.emitted("changed")).toEqual([[cancelled]])
    page.unmount()
  })

  it("offers nothing that the server would refuse", () => {
    const page = mount(TicketActions, {
      props: { ticket: aTicket({ state: "serving", can_leave: false, can_wait_longer: false }), face: "serving" },
    })
    expect(page.findAll("button")).toHaveLength(0)
    page.unmount()
  })

  it("rejoins after a missed call, and asks anew when that is refused", async () => {
    asked.mockResolvedValue(answer({ error: { code: "wrong_state", params: { number: "A013" }, message: "" } }, 409))
    const ticket = aTicket({ state: "parked", can_rejoin: true })
    const page = mount(TicketActions, { props: { ticket, face: "parked" }, attachTo: document.body })
    press("Rejoin the queue")
    await flushPromises()
    expect(sent("POST")![0]).toBe("/api/v1/tickets/tok/rejoin")
    expect(page.emitted("ask")).toHaveLength(1)
    page.unmount()
  })
})

describe("taking a number by phone", () => {
  const board = (change = {}): unknown => ({
    seq: 1,
    hall: aHall(change),
    zone: null,
    calls: [],
    waiting: { A: 4 },
    expected: { A: { low: 5, high: 10 } },
    counters: [],
    notice: null,
  })
  const serve = (change = {}, told = {}): void => {
    asked.mockImplementation(async (url, init) => {
      if (init.method === "POST") return answer(aTicket({ token: "new", number: "A014" }), 201)
      if (url.endsWith("/halls")) return answer({ halls: [{ code: "h", name: aHall().name }] })
      return answer(
        url.endsWith("/board")
          ? board(change)
          : { ...aHall(change), services: aHall().services.map((one) => ({ ...one, ...told })) },
      )
    })
  }

  it("shows the queue before each service, takes one number and goes to its page", async () => {
    serve()
    const go = vi.fn()
    const page = mount(TakeTicket, { props: { go }, attachTo: document.body })
    await flushPromises()
    expect(page.text()).toContain("4 waiting · 5–10 min")
    press("General services")
    await flushPromises()
    ;[...document.querySelectorAll<HTMLButtonElement>("[role=dialog] .main")][0]!.click()
    await flushPromises()
    const [url, init] = sent("POST")!
    expect(url).toBe("/api/v1/halls/h/tickets")
    expect(JSON.parse(String(init.body))).toEqual({ service: "general", language: "en" })
    expect((init.headers as Record<string, string>)["Idempotency-Key"]).toMatch(/^[0-9a-f]{32}$/)
    expect(go).toHaveBeenCalledWith("/t/new")
    expect(keptTicket()).toEqual({ token: "new", number: "A014" })
    page.unmount()
  })

  it("has no services to press where phones may not take numbers, or the hall is closed", async () => {
    for (const [change, said] of [
      [{ channels: ["kiosk"] }, "No ticket yet?"],
      [{ open: false, next_open: "2026-11-24T09:00:00+08:00" }, "no new numbers are given now"],
    ] as const) {
      serve(change)
      const page = mount(TakeTicket, { attachTo: document.body })
      await flushPromises()
      expect(page.findAll(".offers button")).toHaveLength(0)
      expect(page.text()).toContain(said)
      page.unmount()
    }
  })

  it("tells when a long wait ends by the hall's clock, whatever the phone's says", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-23T10:00:00+08:00") })
    try {
      const late = { ...(board() as object), expected: { A: { low: 100, high: 150 } } }
      asked.mockImplementation(async (url) => {
        if (url.endsWith("/halls")) return answer({ halls: [{ code: "h", name: aHall().name }] })
        return answer(url.endsWith("/board") ? late : { ...aHall(), time: "2026-11-23T16:00:00+08:00" })
      })
      const page = mount(TakeTicket, { attachTo: document.body })
      await vi.advanceTimersByTimeAsync(10)
      expect(page.find(".offers").text()).toContain("about 17:40–18:30")
      await vi.advanceTimersByTimeAsync(10 * 60_000)
      expect(page.find(".offers").text()).toContain("about 17:40–18:30") // the server said no other time
      page.unmount()
    } finally {
      vi.useRealTimers()
    }
  })

  it("asks with the board's tag, and for all of it now and then; a service that is stopped is so within seconds", async () => {
    vi.useFakeTimers()
    try {
      let tag = '"1"'
      let stopped = false
      const tags: (string | undefined)[] = []
      asked.mockImplementation(async (url, init) => {
        if (url.endsWith("/halls")) return answer({ halls: [{ code: "h", name: aHall().name }] })
        const services = aHall().services.map((one) => ({ ...one, open: !stopped }))
        if (!url.endsWith("/board")) return answer({ ...aHall(), services })
        const known = (init.headers as Record<string, string>)["If-None-Match"]
        tags.push(known)
        if (known === tag) return new Response(null, { status: 304 })
        return new Response(JSON.stringify(board({ services })), { headers: { ETag: tag } })
      })
      const page = mount(TakeTicket, { attachTo: document.body })
      await vi.advanceTimersByTimeAsync(15_010)
      expect(tags).toEqual([undefined, '"1"', '"1"', undefined])
      const button = page.find<HTMLButtonElement>(".offers button").element
      expect(button.disabled).toBe(false)
      ;[stopped, tag] = [true, '"2"']
      await vi.advanceTimersByTimeAsync(5_000)
      expect(button.disabled).toBe(true)
      page.unmount()
    } finally {
      vi.useRealTimers()
    }
  })

  it("leads to booking also while the hall is closed", async () => {
    for (const open of [true, false]) {
      serve({ open, next_open: null, services: aHall().services.map((one) => ({ ...one, bookable: true })) })
      const page = mount(TakeTicket)
      await flushPromises()
      expect(page.find("a[href='/book?hall=h']").exists()).toBe(true)
      page.unmount()
    }
  })

  it("says what became of the offers while it is open", async () => {
    vi.useFakeTimers()
    try {
      serve()
      const page = mount(TakeTicket, { attachTo: document.body })
      await vi.advanceTimersByTimeAsync(10)
      expect(page.find<HTMLButtonElement>(".offers button").element.disabled).toBe(false)
      serve({}, { refused: "quota_used", remaining: 0 })
      await vi.advanceTimersByTimeAsync(15_000)
      expect(page.find<HTMLButtonElement>(".offers button").element.disabled).toBe(true)
      expect(page.find(".offers").text()).toContain("all of today's numbers are taken")
      serve({ open: false })
      document.dispatchEvent(new Event("visibilitychange"))
      await vi.advanceTimersByTimeAsync(10)
      expect(page.findAll(".offers button")).toHaveLength(0)
      page.unmount()
    } finally {
      vi.useRealTimers()
    }
  })

  it("follows the hall while it is open: a hall that closes takes its offers away, and the question about one", async () => {
    vi.useFakeTimers()
    serve()
    const page = mount(TakeTicket, { attachTo: document.body })
    await flushPromises()
    press("General services")
    await flushPromises()
    expect(document.querySelector("[role=dialog]")).not.toBeNull()
    serve({ open: false, next_open: null })
    await vi.advanceTimersByTimeAsync(15_000)
    expect(page.text()).toContain("no new numbers are given now.")
    expect(page.findAll(".offers button")).toHaveLength(0)
    expect(document.querySelector("[role=dialog]")).toBeNull()
    page.unmount()
    vi.useRealTimers()
  })

  it("leads back to the ticket that this phone holds", async () => {
    serve()
    keepTicket({ token: "mine", number: "A001" })
    const page = mount(TakeTicket)
    await flushPromises()
    expect(page.find("a[href='/t/mine']").text()).toBe("A001")
    page.unmount()
  })

  it("offers to try again when the server is away", async () => {
    asked.mockRejectedValue(new TypeError("failed"))
    const page = mount(TakeTicket, { attachTo: document.body })
    await flushPromises()
    serve()
    press("Try again")
    await flushPromises()
    expect(page.text()).toContain("General services")
    page.unmount()
  })
})
