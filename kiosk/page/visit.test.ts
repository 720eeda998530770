import { flushPromises } from "@vue/test-utils"
import { describe, expect, it, vi } from "vitest"
import { ApiError } from "../../web/api"
import type { Range, Service } from "../../web/types"
import { aService, aTicket, text } from "./cast"
import type { TakenTicket } from "./taking"
import { AWAY_TICKET_S, createVisit, IDLE_S, REFUSED_S, STILL_S, TICKET_S, type Visit } from "./visit"

const general = aService("general")
const company = aService("company", { counter_type: "B" })

interface Ways {
  asks?: boolean
  long?: Range
  take?: (service: Service, status: string | null) => Promise<TakenTicket>
  checkIn?: (code: string) => Promise<TakenTicket>
  add?: () => Promise<TakenTicket>
  look?: () => Promise<TakenTicket>
}

function aVisit(options: Ways = {}) {
  const take = vi.fn(options.take ?? (async () => aTicket()))
  const checkIn = vi.fn(options.checkIn ?? (async () => aTicket({ number: "F007" })))
  const taken = vi.fn()
  const add = vi.fn(options.add ?? (async () => aTicket({ ahead: 5 })))
  const look = vi.fn(options.look ?? (async () => aTicket()))
  return {
    visit: createVisit({
      statusMatters: () => options.asks === true,
      longWait: () => options.long ?? null,
      take,
      checkIn,
      add,
      look,
      taken,
    }),
    take,
    checkIn,
    add,
    look,
    taken,
  }
}

function seconds(visit: Visit, n: number): void {
  for (let i = 0; i < n; i += 1) visit.tick()
}

describe("taking a number", () => {
  it("needs one tap when the status does not matter", async () => {
    const { visit, take, taken } = aVisit()
    visit.choose(general)
    expect(visit.state.step.name).toBe("taking")
    await flushPromises()
    expect(take).toHaveBeenCalledWith(general, null)
    expect(taken).toHaveBeenCalledOnce()
    expect(visit.state.step).toMatchObject({ name: "ticket", ticket: { number: "A013" } })
  })

  it("asks for the status, takes the answer, and goes back when wanted", async () => {
    const { visit, take } = aVisit({ asks: true })
    visit.openGroup("g1")
    visit.choose(general)
    expect(visit.state.step.name).toBe("status")
    visit.back()
    expect(visit.state.step).toMatchObject({ name: "choose", group: "g1" })
    visit.choose(general)
    visit.answer("elderly")
    await flushPromises()
    expect(take).toHaveBeenCalledWith(general, "elderly")
  })

  it("asks once before a long wait, and goes on or back", async () => {
    const { visit, take } = aVisit({ asks: true, long: { low: 100, high: 200 } })
    visit.openGroup("g1")
    visit.choose(general)
    visit.answer(null)
    expect(visit.state.step).toMatchObject({ name: "long_wait", range: { low: 100, high: 200 } })
    visit.back()
    expect(visit.state.step).toMatchObject({ name: "choose", group: "g1" })
    visit.choose(general)
    visit.answer(null)
    visit.goOn()
    await flushPromises()
    expect(take).toHaveBeenCalledTimes(1)
    expect(visit.state.step.name).toBe("ticket")
  })

  it("does not ask those who go first how long others wait", async () => {
    const { visit, take } = aVisit({ asks: true, long: { low: 100, high: 200 } })
    visit.choose(general)
    visit.answer("elderly")
    await flushPromises()
    expect(take).toHaveBeenCalledWith(general, "elderly")
  })

  it("finds a service by what is typed, also for the number in hand", async () => {
    const { visit, add } = aVisit()
    visit.search("h")
    visit.search("hk")
    expect(visit.state.step).toMatchObject({ name: "search", typed: "hk" })
    visit.back()
    expect(visit.state.step).toMatchObject({ name: "choose", group: null })
    visit.choose(general)
    await flushPromises()
    visit.another()
    visit.search("q")
    visit.choose(company)
    await flushPromises()
    expect(add).toHaveBeenCalledOnce()
  })

  it("keeps the letters and the language until it is done", async () => {
    const { visit } = aVisit()
    visit.state.largeText = true
    visit.state.language = "en"
    visit.choose(general)
    await flushPromises()
    expect([visit.state.largeText, visit.state.language]).toEqual([true, "en"])
    visit.home()
    expect([visit.state.largeText, visit.state.language]).toEqual([false, "zh-CN"])
  })

  it("is done once, however often the tile is pressed", async () => {
    const { visit, take } = aVisit()
    visit.choose(general)
    visit.choose(general)
    visit.answer(null)
    await flushPromises()
    visit.choose(general)
    expect(take).toHaveBeenCalledOnce()
  })

  it("asks nothing more about a service that is closed while the question stands", () => {
    const { visit } = aVisit({ asks: true })
    visit.gone()
    expect(visit.state.step.name).toBe("choose")
    visit.choose(general)
    visit.gone()
    expect(visit.state.step).toMatchObject({ name: "refused", error: { code: "service_closed" } })
  })

  it("does not ask the server for a service that is closed", () => {
    const { visit, take } = aVisit()
    visit.choose(aService("visa", { open: false }))
    expect(visit.state.step).toMatchObject({ name: "refused", error: { code: "service_closed" } })
    expect(take).not.toHaveBeenCalled()
  })

  it("keeps a number of the machine's own in sight for longer, so that it can be noted, but not once it is printed", async () => {
    const { visit } = aVisit({ take: async () => aTicket({ number: "A9001", away: true }) })
    visit.choose(general)
    await flushPromises()
    seconds(visit, AWAY_TICKET_S - 1)
    expect(visit.state.step.name).toBe("ticket")
    visit.longer()
    expect([visit.still.value, visit.state.left]).toEqual([null, AWAY_TICKET_S])
    visit.printed()
    seconds(visit, TICKET_S)
    expect(visit.state.step.name).toBe("choose")
  })

  it("shows a refusal and goes home from it", async () => {
    const { visit } = aVisit({
      take: async () => {
        throw new ApiError("hall_closed", {}, "", 409)
      },
    })
    visit.choose(general)
    await flushPromises()
    expect(visit.state.step).toMatchObject({ name: "refused", error: { code: "hall_closed" } })
    seconds(visit, REFUSED_S)
    expect(visit.state.step.name).toBe("choose")
  })

  it("does not show a ticket to the next visitor when it comes too late", async () => {
    let arrive: (ticket: TakenTicket) => void = () => undefined
    const { visit, taken } = aVisit({
      take: () =>
        new Promise((resolve) => {
          arrive = resolve
        }),
    })
    visit.choose(general)
    visit.home()
    arrive(aTicket())
    await flushPromises()
    expect(visit.state.step.name).toBe("choose")
    expect(taken).not.toHaveBeenCalled()
  })
})

describe("time", () => {
  it("takes the ticket away by itself, later when asked to", async () => {
    const { visit } = aVisit()
    visit.choose(general)
    await flushPromises()
    seconds(visit, TICKET_S - 1)
    expect(visit.state.step.name).toBe("ticket")
    visit.longer()
    seconds(visit, TICKET_S - 1)
    expect(visit.state.step.name).toBe("ticket")
    seconds(visit, 1)
    expect(visit.state.step.name).toBe("choose")
  })

  it("asks after half a minute whether somebody is there, and goes home without an answer", () => {
    const { visit } = aVisit()
    visit.openGroup("g1")
    seconds(visit, IDLE_S - 1)
    expect(visit.still.value).toBeNull()
    seconds(visit, 1)
    expect(visit.still.value).toBe(STILL_S)
    visit.touched()
    expect(visit.still.value).toBeNull()
    seconds(visit, IDLE_S + STILL_S)
    expect(visit.state.step).toMatchObject({ name: "choose", group: null })
  })

  it("does not ask on the first page, but forgets the visitor's settings", () => {
    const { visit } = aVisit()
    visit.state.largeText = true
    visit.turn(1)
    seconds(visit, IDLE_S)
    expect(visit.still.value).toBeNull()
    expect(visit.state).toMatchObject({ largeText: false, step: { name: "choose", page: 0 } })
  })

  it("lets new pages load only when nobody has touched it for a while", () => {
    const { visit } = aVisit()
    expect(visit.quiet.value).toBe(false)
    seconds(visit, IDLE_S)
    expect(visit.quiet.value).toBe(true)
    visit.openGroup("g1")
    seconds(visit, IDLE_S)
    expect(visit.quiet.value).toBe(false)
  })
})

describe("checking in an appointment", () => {
  it("leads from the typed code to the ticket, which is printed", async () => {
    const { visit, checkIn, taken } = aVisit()
    visit.openCheckIn()
    visit.typeCode("K7M4QX")
    expect(visit.state.step).toEqual({ name: "check_in", code: "K7M4QX" })
    visit.checkIn("K7M4QX")
    visit.checkIn("K7M4QX")
    await flushPromises()
    expect(checkIn).toHaveBeenCalledOnce()
    expect(taken).toHaveBeenCalledOnce()
    expect(visit.state.step).toMatchObject({ name: "ticket", ticket: { number: "F007" } })
  })

  it("takes a scan on the first page too, but not over another visitor's ticket", async () => {
    const { visit, checkIn } = aVisit()
    visit.choose(general)
    await flushPromises()
    visit.checkIn("http://hall/a/token-of-somebody")
    expect(checkIn).not.toHaveBeenCalled()
    visit.home()
    visit.checkIn("http://hall/a/token-of-somebody")
    await flushPromises()
    expect(checkIn).toHaveBeenCalledWith("http://hall/a/token-of-somebody")
  })

  it("says why not, and goes home by itself", async () => {
    const { visit } = aVisit({
      checkIn: () => Promise.reject(new ApiError("too_early", { start: "2026-11-24T10:00:00.000+08:00" }, "", 409)),
    })
    visit.openCheckIn()
    visit.checkIn("K7M4QX")
    await flushPromises()
    expect(visit.state.step).toMatchObject({ name: "refused", service: null, error: { code: "too_early" } })
    seconds(visit, REFUSED_S)
    expect(visit.state.step.name).toBe("choose")
  })

  it("asks whoever stopped typing whether they are still there", () => {
    const { visit } = aVisit()
    visit.openCheckIn()
    seconds(visit, IDLE_S)
    expect(visit.still.value).toBe(STILL_S)
    visit.back()
    expect(visit.state.step.name).toBe("choose")
  })
})

describe("another matter", () => {
  it("is added to the number in hand, which is not printed again", async () => {
    const { visit, take, add, taken } = aVisit({ asks: true })
    visit.choose(general)
    visit.answer(null)
    await flushPromises()
    visit.another()
    expect(visit.state.step).toMatchObject({ name: "choose", group: null, also: { number: "A013" } })
    visit.openGroup("g1")
    visit.choose(aService("tax"))
    await flushPromises()
    expect(take).toHaveBeenCalledOnce()
    expect(add).toHaveBeenCalledWith(
      expect.objectContaining({ number: "A013" }),
      expect.objectContaining({ code: "tax" }),
    )
    expect(taken).toHaveBeenCalledOnce()
    expect(visit.state.step).toMatchObject({ name: "ticket", ticket: { ahead: 5 } })
  })

  const step = (service: string): TakenTicket["steps"][number] => ({
    service,
    name: text("", ""),
    state: "open",
    counter: null,
  })
  const CALLED = aTicket({ state: "called", counter: "3", counter_name: text("3 号窗口", "Counter 3") })

  async function asking(options: Ways, service = "tax"): Promise<Visit> {
    const { visit } = aVisit(options)
    visit.choose(general)
    await flushPromises()
    visit.another()
    visit.choose(aService(service))
    await flushPromises()
    return visit
  }

  it("that is refused leaves the number in hand, as it stands now", async () => {
    const visit = await asking({
      add: async () => {
        throw new ApiError("invalid_state", {}, "", 409)
      },
      look: async () => CALLED,
    })
    expect(visit.state.step).toMatchObject({ name: "refused", also: { number: "A013", state: "called" } })
    visit.back()
    expect(visit.state.step).toMatchObject({ name: "ticket", ticket: { number: "A013", state: "called" } })
  })

  it("whose answer was lost was added when the ticket says so", async () => {
    const lost = async (): Promise<TakenTicket> => {
      throw new ApiError("offline", {}, "", 0)
    }
    const visit = await asking({ add: lost, look: async () => aTicket({ steps: [step("general"), step("tax")] }) })
    expect(visit.state.step).toMatchObject({
      name: "ticket",
      ticket: { steps: [{ service: "general" }, { service: "tax" }] },
    })
    expect((await asking({ add: lost, look: lost })).state.step).toMatchObject({
      name: "refused",
      also: { number: "A013" },
    })
  })

  it("is not asked for twice", async () => {
    const add = vi.fn()
    const visit = await asking({ add }, "general")
    expect(add).not.toHaveBeenCalled()
    expect(visit.state.step).toMatchObject({ name: "choose", also: { number: "A013" } })
  })

  it("gives way to the call of the number, and to no other", async () => {
    const { visit, look } = aVisit({ look: async () => CALLED })
    visit.choose(general)
    await flushPromises()
    visit.another()
    visit.called("A014")
    expect(look).not.toHaveBeenCalled()
    visit.called("A013")
    await flushPromises()
    expect(visit.state.step).toMatchObject({ name: "ticket", ticket: { state: "called" } })
  })

  it("ends at the ticket when the hall stops giving numbers", async () => {
    const { visit } = aVisit()
    visit.choose(general)
    await flushPromises()
    visit.another()
    visit.stop()
    expect(visit.state.step.name).toBe("ticket")
    visit.stop()
    expect(visit.state.step.name).toBe("choose")
  })

  it("leads back to the ticket, and to nobody else's", async () => {
    const { visit } = aVisit()
    visit.choose(general)
    await flushPromises()
    visit.another()
    visit.back()
    expect(visit.state.step.name).toBe("ticket")
    visit.another()
    seconds(visit, IDLE_S)
    expect(visit.still.value).toBe(STILL_S)
    seconds(visit, STILL_S)
    expect(visit.state.step).toEqual({ name: "choose", group: null, page: 0 })
  })
})
