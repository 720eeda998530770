import { flushPromises, mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { ApiError } from "../../web/api"
import { locale } from "../../web/i18n"
import { toasts } from "../../web/toasts"
import AppointmentPanel from "./AppointmentPanel.vue"
import { aHall, anAppointment, aService, atWork } from "./cast"
import FindPanel from "./FindPanel.vue"
import IssuePanel from "./IssuePanel.vue"
import { bodyOf, desk } from "./issuing"
import { linesOf } from "./lines"
import RemoveDialog from "../../web/removal/RemoveDialog.vue"
import { removing } from "../../web/removal/removing"

const hall = aHall()
const lines = linesOf(
  { hall, waiting: { by_type: {}, by_service: {} }, counters: [atWork("1")] },
  { services: [aService("tax", { remaining: 0, refused: "quota_used" })], expected: {} },
)

beforeEach(() => {
  locale.value = "en"
})
afterEach(() => {
  locale.value = "zh-CN"
  document.body.innerHTML = ""
})

describe("issuing", () => {
  let page: ReturnType<typeof open> | null = null
  afterEach(() => {
    page?.unmount()
    page = null
  })
  const open = (change: Record<string, unknown> = {}) =>
    mount(IssuePanel, {
      props: { hall, lines, printers: [], printer: null, online: true, ...change },
      attachTo: document.body,
    })

  it("takes the service that is typed, tells what must be seen, and gives the number", async () => {
    const issue = vi.spyOn(desk, "issue").mockResolvedValue({ number: "A001" } as never)
    const panel = (page = open())
    await panel.get("input[type=search]").setValue("pass")
    await panel.get("form.search").trigger("submit")
    expect(panel.get(".chip").text()).toContain("Passport")
    await panel.get("select").setValue("elderly")
    expect(panel.get(".proof").text()).toBe("Must be shown: ID card")
    await panel.get("form.search").trigger("submit")
    await flushPromises()
    expect(issue).toHaveBeenCalledWith("h", expect.anything(), expect.any(String))
    expect(panel.emitted("issued")).toEqual([[{ number: "A001" }]])
    expect(panel.findAll(".chip")).toHaveLength(0)
  })

  it("asks again with the same key when no answer came, and keeps what was filled in", async () => {
    const issue = vi.spyOn(desk, "issue").mockRejectedValue(new ApiError("offline", {}, "", 0))
    const panel = (page = open())
    await panel.get("tbody tr").trigger("click")
    await panel.get(".give button").trigger("click")
    await flushPromises()
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(issue).toHaveBeenCalledTimes(2)
    expect(issue.mock.calls[0]![2]).toBe(issue.mock.calls[1]![2])
    expect(panel.findAll(".chip")).toHaveLength(1)
    await panel.get("input[type=number]").setValue(2)
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(issue.mock.calls[2]![2]).not.toBe(issue.mock.calls[0]![2])
  })

  it.each([
    ["quota_used", 1],
    ["offline", undefined],
  ])("has the services asked for anew after %s", async (code, times) => {
    vi.spyOn(desk, "issue").mockRejectedValue(new ApiError(code, {}, "", 409))
    const panel = (page = open())
    await panel.get("tbody tr").trigger("click")
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(panel.emitted("outdated")?.length).toBe(times)
  })

  it("calls and prints in the hall's first language unless another is chosen", async () => {
    const issue = vi.spyOn(desk, "issue").mockImplementation(async (_, wish) => ({ number: wish.language }) as never)
    const panel = (page = open())
    const language = (): HTMLSelectElement => panel.get<HTMLSelectElement>("label:has(option[value=en]) select").element
    expect([...language().options].map((one) => one.text)).toEqual(["Mandarin", "English"])
    for (const wanted of [null, "en", null]) {
      await panel.get("tbody tr").trigger("click")
      if (wanted) await panel.get("label:has(option[value=en]) select").setValue(wanted)
      await panel.get(".give button").trigger("click")
      await flushPromises()
    }
    expect(issue).toHaveBeenCalledTimes(3)
    expect(panel.emitted("issued")!.map(([one]) => (one as { number: string }).number)).toEqual([
      "zh-CN",
      "en",
      "zh-CN",
    ])
  })

  it("asks for a word when a limit of persons refuses, and gives the number with it", async () => {
    const words: unknown[] = []
    vi.spyOn(desk, "issue").mockImplementation(async (_, wish) => {
      words.push(bodyOf(wish).despite)
      if (words.length === 1) throw new ApiError("live_ticket", { number: "A001" }, "You hold a number", 409)
      return { number: "A002" } as never
    })
    const panel = (page = open())
    await panel.get("tbody tr").trigger("click")
    expect(panel.find("input[maxlength='300']").exists()).toBe(false)
    await panel.get(".give button").trigger("click")
    await flushPromises()
    await panel.get("input[maxlength='300']").setValue("her husband")
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(words).toEqual([undefined, "her husband"])
    expect(panel.emitted("issued")).toEqual([[{ number: "A002" }]])
  })

  it("takes a complaint away with the next success", async () => {
    toasts.value = []
    vi.spyOn(desk, "issue")
      .mockRejectedValueOnce(new ApiError("offline", {}, "", 0))
      .mockResolvedValueOnce({ number: "A001" } as never)
    const panel = (page = open())
    await panel.get("tbody tr").trigger("click")
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(toasts.value).toHaveLength(1)
    await panel.get(".give button").trigger("click")
    await flushPromises()
    expect(toasts.value).toHaveLength(0)
  })

  it("issues by Ctrl+Enter wherever the focus is", async () => {
    const issue = vi.spyOn(desk, "issue").mockResolvedValue({ number: "A001" } as never)
    const panel = (page = open())
    await panel.get("tbody tr").trigger("click")
    document.body.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }),
    )
    await flushPromises()
    expect(issue).toHaveBeenCalledOnce()
  })

  it("gives nothing without a line, in a closed hall, or of a quota that is used up", async () => {
    expect(open({ online: false }).get(".why").text()).toContain("No connection")
    expect(
      open({ hall: aHall({ open: false }) })
        .get(".why")
        .text(),
    ).toContain("closed")
    const panel = (page = open())
    expect(panel.findAll("tbody button")[1]!.attributes("disabled")).toBeDefined()
  })
})

describe("finding", () => {
  it("brings a missed number back and prints it again", async () => {
    vi.useFakeTimers()
    vi.spyOn(desk, "find").mockResolvedValue([
      {
        id: 1,
        number: "A007",
        state: "parked",
        service: "pass",
        counter: null,
        issued_at: "2026-11-23T09:00:00+08:00",
      } as never,
    ])
    const back = vi.spyOn(desk, "bringBack").mockResolvedValue({})
    const print = vi.spyOn(desk, "print").mockResolvedValue({})
    const panel = mount(FindPanel, {
      props: { hall, aside: [], printers: [{ device: 4, name: "Entrance" }], printer: null, online: true },
    })
    await panel.get("input").setValue("7")
    await vi.advanceTimersByTimeAsync(300)
    const [first, second] = panel.findAll("li button")
    await first!.trigger("click")
    await flushPromises()
    await second!.trigger("click")
    await flushPromises()
    vi.useRealTimers()
    expect(back).toHaveBeenCalledWith("h", "A007")
    expect(print).toHaveBeenCalledWith("h", "A007", 4)
  })

  it("lists who missed a call and who is on hold before anything is typed", async () => {
    const aside = [
      {
        id: 1,
        number: "A007",
        state: "parked",
        service: "pass",
        counter: null,
        issued_at: "2026-11-23T09:00:00+08:00",
      },
      { id: 2, number: "B002", state: "held", service: "tax", counter: "2", issued_at: "2026-11-23T09:00:00+08:00" },
    ] as never
    const panel = mount(FindPanel, { props: { hall, aside, printers: [], printer: null, online: true } })
    expect(panel.get(".counted").text()).toBe("Not here 1 · on hold 1")
    expect(panel.findAll("li strong").map((one) => one.text())).toEqual(["A007", "B002"])
    await panel.findAll("li")[1]!.findAll("button")[1]!.trigger("click")
    expect(panel.emitted("remove")).toEqual([["B002"]])
  })
})

describe("taking numbers out", () => {
  it("shows whom it meets, asks for a reason, and sends what was shown", async () => {
    vi.useFakeTimers()
    const remove = vi
      .spyOn(removing, "remove")
      .mockResolvedValue({ removed: ["A001", "A003"], skipped: [{ number: "A002", state: "called" }] })
    const panel = mount(RemoveDialog, {
      props: { hall, number: null, stirred: 1, online: true },
      attachTo: document.body,
    })
    const at = (selector: string): HTMLInputElement => document.querySelector<HTMLInputElement>(`.dialog ${selector}`)!
    const yes = (): HTMLElement => document.querySelectorAll<HTMLElement>(".dialog .choices button")[1]!
    at("input").value = "a001、A002 a003"
    at("input").dispatchEvent(new Event("input"))
    await vi.advanceTimersByTimeAsync(400)
    expect(remove).toHaveBeenLastCalledWith(
      "h",
      { numbers: ["A001", "A002", "A003"], services: [], reason: "-", check: true },
      expect.any(String),
    )
    expect(document.querySelector(".dialog [role=status]")!.textContent).toContain("A001 A003")
    yes().click()
    await vi.advanceTimersByTimeAsync(10)
    expect(remove).toHaveBeenCalledTimes(1)
    at("input[list]").value = "left"
    at("input[list]").dispatchEvent(new Event("input"))
    await vi.advanceTimersByTimeAsync(10)
    yes().click()
    await vi.advanceTimersByTimeAsync(10)
    expect(remove).toHaveBeenLastCalledWith(
      "h",
      { numbers: ["A001", "A002", "A003"], services: [], reason: "left", check: false },
      expect.any(String),
    )
    expect(panel.emitted("removed")).toHaveLength(1)
    vi.useRealTimers()
    panel.unmount()
  })
})

describe("appointments that the hall hit", () => {
  it("are named with the reason, and moved, cancelled or kept in their place", async () => {
    vi.spyOn(desk, "appointments").mockResolvedValue([])
    vi.spyOn(desk, "hit")
      .mockResolvedValueOnce([anAppointment({ hit: "holiday" })])
      .mockResolvedValue([])
    const keep = vi.spyOn(desk, "keep").mockResolvedValue({})
    const panel = mount(AppointmentPanel, { props: { hall, now: Date.now(), stirred: 0, online: true } })
    await flushPromises()
    expect(panel.get(".hit summary").text()).toBe("1 appointment at a time that the hall closed")
    expect(panel.get(".hit li").text()).toContain("ABC234")
    expect(panel.get(".hit .state").text()).toBe("holiday")
    const [move, , stays] = panel.findAll(".hit button")
    await move!.trigger("click")
    expect(panel.emitted("change")).toEqual([[anAppointment({ hit: "holiday" })]])
    await stays!.trigger("click")
    await flushPromises()
    expect(keep).toHaveBeenCalledWith("h", anAppointment().id)
    expect(panel.find(".hit").exists()).toBe(false)
  })
})

describe("many appointments that the hall hit", () => {
  it("are chosen together, and kept after a yes that names their number", async () => {
    const two = [anAppointment({ hit: "holiday" }), anAppointment({ id: 7, code: "XYZ789", hit: "holiday" })]
    vi.spyOn(desk, "appointments").mockResolvedValue([])
    vi.spyOn(desk, "hit").mockResolvedValueOnce(two).mockResolvedValue([two[1]!])
    vi.spyOn(desk, "keep")
      .mockResolvedValueOnce({})
      .mockRejectedValueOnce(new ApiError("not_hit", {}, "It stands", 409))
    const panel = mount(AppointmentPanel, {
      props: { hall, now: Date.now(), stirred: 0, online: true },
      attachTo: document.body,
    })
    await flushPromises()
    await panel.get(".many select").setValue("all")
    expect(panel.get(".many [role=status]").text()).toBe("2 chosen")
    await panel.findAll(".many button")[2]!.trigger("click")
    const dialog = document.querySelector("[role=dialog]")!
    expect(dialog.textContent).toContain("Keep 2 appointments all the same?")
    const yes = [...dialog.querySelectorAll("button")].filter((one) => one.textContent?.includes("Keep 2"))[0]!
    yes.click()
    yes.click()
    await flushPromises()
    expect(desk.keep).toHaveBeenCalledTimes(2)
    expect(panel.findAll(".hit li").map((row) => row.get(".code").text())).toEqual(["XYZ789"])
    expect(panel.get(".hit .wrong").text()).toBeTruthy()
    expect(document.querySelector("[role=dialog]")).toBeNull()
    panel.unmount()
  })
})

describe("appointments", () => {
  it("check in by code and from the list; a refusal is a sentence", async () => {
    vi.spyOn(desk, "appointments").mockResolvedValue([
      anAppointment(),
      anAppointment({ id: 2, code: "XYZ789", state: "checked_in" }),
    ])
    const checkIn = vi
      .spyOn(desk, "checkIn")
      .mockRejectedValueOnce(new ApiError("unknown_appointment", {}, "No such appointment", 404))
      .mockResolvedValue({ number: "B001" } as never)
    const panel = mount(AppointmentPanel, {
      props: { hall, now: Date.parse("2026-11-23T09:30:00+08:00"), stirred: 0, online: true },
    })
    await flushPromises()
    await panel.get("form.by-code input").setValue("WRONG1")
    await panel.get("form.by-code").trigger("submit")
    await flushPromises()
    expect(panel.get("[role=alert]").text().length).toBeGreaterThan(5)
    await panel.get(".rows li button").trigger("click")
    await flushPromises()
    expect(checkIn).toHaveBeenLastCalledWith("h", { code: "ABC234" })
    expect(panel.emitted("checkedIn")).toHaveLength(1)
    expect(panel.findAll(".rows li")[1]!.findAll("button")).toHaveLength(0)
  })
})
