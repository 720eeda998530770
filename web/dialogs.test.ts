/**
 * Every dialog of every page beside every change of what it speaks of: it closes, or says what is true now. A dialog that
 * has no line in this table fails the first test.
 */
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import * as clerk from "../counter_client/page/cast"
import type { Desk, DeskDialog } from "../counter_client/page/desk"
import DeskDialogs from "../counter_client/page/DeskDialogs.vue"
import SignOn from "../counter_client/page/SignOn.vue"
import type { Station } from "../counter_client/page/station"
import LanguageQuestion from "../kiosk/page/LanguageQuestion.vue"
import StillThere from "../kiosk/page/StillThere.vue"
import AppointmentPanel from "../reception/page/AppointmentPanel.vue"
import BookDialog from "../reception/page/BookDialog.vue"
import * as reception from "../reception/page/cast"
import HitPanel from "../reception/page/HitPanel.vue"
import HandDialog from "../reception/page/HandDialog.vue"
import IssuedDialog from "../reception/page/IssuedDialog.vue"
import RemoveDialog from "./removal/RemoveDialog.vue"
import * as supervisor from "../supervisor/page/cast"
import CounterDialog from "../supervisor/page/CounterDialog.vue"
import DeviceDialog from "../supervisor/page/DeviceDialog.vue"
import DeviceList from "../supervisor/page/DeviceList.vue"
import FindDialog from "../supervisor/page/FindDialog.vue"
import HitDialog from "../supervisor/page/HitDialog.vue"
import StopDialog from "../supervisor/page/visitors/StopDialog.vue"
import NoticeDialog from "../supervisor/page/NoticeDialog.vue"
import OpeningDialog from "../supervisor/page/OpeningDialog.vue"
import PairDialog from "../supervisor/page/PairDialog.vue"
import ApplyDialog from "../supervisor/page/policy/ApplyDialog.vue"
import { BALANCED, FIRST } from "../supervisor/page/policy/cast"
import VisitorsDialog from "../supervisor/page/visitors/VisitorsDialog.vue"
import AppointmentPage from "../visitor/page/AppointmentPage.vue"
import * as visitor from "../visitor/page/cast"
import { faceOf } from "../visitor/page/faces"
import TakeDialog from "../visitor/page/TakeDialog.vue"
import TicketActions from "../visitor/page/TicketActions.vue"
import { setLocale } from "./i18n"
import type { HallEvent, StaffTicket, TicketState, VisitorTicket } from "./types"

const CLOSES = Symbol("closes")
type Change = [what: string, change: (page: VueWrapper) => unknown, after: typeof CLOSES | string]
interface Row {
  file: string
  name?: string
  open: () => VueWrapper
  /** The button that opens it. */
  press?: string
  /** What else opens it. */
  prepare?: (page: VueWrapper) => Promise<void>
  changes: Change[]
}

/** What the server answers, by the end of the address. */
let answers: Record<string, unknown>
const open = (part: unknown, props: Record<string, unknown>): VueWrapper =>
  mount(part as never, { props, attachTo: document.body } as never) as VueWrapper
const set = (props: Record<string, unknown>) => (page: VueWrapper) => page.setProps(props)
const both = (text: string) => ({ "zh-CN": text, en: text })

// The visitor's pages
const STATES: TicketState[] = [
  "scheduled",
  "called",
  "serving",
  "held",
  "parked",
  "completed",
  "no_show",
  "cancelled",
  "expired",
]
const shown = (ticket: VisitorTicket) => set({ ticket, face: faceOf(ticket, false) })
const EACH_STATE: Change[] = [
  ...STATES.map((state): Change => [
    state,
    shown(visitor.aTicket({ state, counter: "5", calls: state === "called" ? 1 : 0 })),
    CLOSES,
  ]),
  ["the hall closes", shown(visitor.aTicket({ open: false })), CLOSES],
  ["sent to another counter", set({ face: "transferred" }), CLOSES],
  ["its next service", shown(visitor.aTicket({ service: "tax" })), CLOSES],
  ["nearly due", shown(visitor.aTicket({ ahead: 1, wait: { low: 0, high: 5 } })), CLOSES],
]
const called = visitor.calledTo("5", { can_wait_longer: true })
const EACH_CALL: Change[] = [
  ["called again", shown(visitor.calledTo("5", { calls: 2 })), CLOSES],
  ["at another counter", shown(visitor.calledTo("6")), CLOSES],
]
const phoneHall = visitor.aHall({ statuses: [{ code: "aged", name: both("Aged 60"), proof: both("ID card") }] })
const take = { hall: phoneHall, service: phoneHall.services[0]!, expected: null, now: 0, pending: false, failed: "" }
const appointment = {
  code: "K7M4QX",
  token: "tok",
  hall: "h",
  hall_name: both("Hall"),
  service: "general",
  service_name: both("General"),
  start: "2026-11-24T10:00:00+08:00",
  end: "2026-11-24T10:15:00+08:00",
  state: "booked",
  status: null,
  language: "en",
  contact: null,
  can_change: true,
  can_cancel: true,
  change_until: "2026-11-24T08:00:00+08:00",
  can_check_in: false,
  check_in_from: "2026-11-24",
  called_from: "2026-11-24T09:55:00+08:00",
  grace_until: "2026-11-24T10:10:00+08:00",
  ticket: null,
  number: null,
  url: "http://x/a/tok",
  calendar_url: "http://x/c.ics",
  time: "2026-11-24T07:00:00+08:00",
}
const asked = (change: object) => (): void => {
  answers["/appointments/tok"] = { ...appointment, ...change }
  document.dispatchEvent(new Event("visibilitychange"))
}

// The console
const present = clerk.called("A012")
const situation = (ticket: StaffTicket | null = present, more: object = {}) => ({
  online: true,
  hall: clerk.hall,
  counter: clerk.counter("1", { ticket, ...more }),
  ticket,
  outlook: null,
  now: clerk.NINE,
})
function atDesk(dialog: DeskDialog): VueWrapper {
  const desk = { close: () => page.unmount(), perform: async () => null } as unknown as Desk
  return open(DeskDialogs, { desk, dialog, situation: situation(), snapshot: clerk.snapshot(), busy: null })
}
const OF_TICKET: Change[] = [
  ["the visitor leaves", set({ situation: situation(null) }), CLOSES],
  ["another is called", set({ situation: situation(clerk.called("A013")) }), CLOSES],
]
const station = { signOn: vi.fn() } as unknown as Station
const clerks = (name: string | null) =>
  clerk.snapshot({ counters: [clerk.counter("2", { clerk: name === null ? null : { username: name, name } })] })

// The reception and the supervisor
const hall = reception.aHall()
const booked = reception.anAppointment()
const now = Date.parse("2026-11-23T09:00:00+08:00")
const given = visitor.aTicket({ number: "A020" })
const became = (state: TicketState, counter: string | null) =>
  set({ last: { ...supervisor.aTicket({ number: "A020", state, counter }) } })
const relisted =
  (change: object) =>
  async (page: VueWrapper): Promise<void> => {
    answers["/appointments"] = { appointments: [{ ...booked, ...change }] }
    await page.setProps({ stirred: 1 })
  }
/** Whom the removal meets now; asked a moment after the queue moved. */
const met =
  (removal: object) =>
  async (page: VueWrapper): Promise<void> => {
    answers["/tickets/remove"] = removal
    await page.setProps({ stirred: 2 })
    await vi.waitFor(() => expect(document.body.textContent).toContain("These stay"))
  }
const screen = supervisor.aDevice({ id: 4, name: "East", settings: { layout: "auto" } })
const onDuty = (name: string | null) =>
  supervisor.aCounter("3", { clerk: name === null ? null : { username: name, name } })
const notice = (text: string) => ({ text: both(text), level: "info" as const, at: "" })
const event = (more: object): HallEvent => ({ seq: 9, prev: 8, hall: "h", at: "", ...more }) as HallEvent

const TABLE: Row[] = [
  {
    file: "visitor/page/TicketActions.vue",
    name: "more time",
    open: () => open(TicketActions, { ticket: visitor.aTicket(), face: "waiting" }),
    press: "I need more time",
    changes: [...EACH_STATE, ["nobody is behind any more", shown(visitor.aTicket({ can_wait_longer: false })), CLOSES]],
  },
  {
    file: "visitor/page/TicketActions.vue",
    name: "leave",
    open: () => open(TicketActions, { ticket: visitor.aTicket(), face: "waiting" }),
    press: "Leave the queue",
    changes: [...EACH_STATE, ["it cannot be left", shown(visitor.aTicket({ can_leave: false })), CLOSES]],
  },
  {
    file: "",
    name: "more time while called",
    open: () => open(TicketActions, { ticket: called, face: "called" }),
    press: "I need more time",
    changes: EACH_CALL,
  },
  {
    file: "",
    name: "leave while called",
    open: () => open(TicketActions, { ticket: called, face: "called" }),
    press: "Leave the queue",
    changes: EACH_CALL,
  },
  {
    file: "visitor/page/TakeDialog.vue",
    open: () => open(TakeDialog, take),
    changes: [
      ["the hall closes", set({ hall: { ...phoneHall, open: false } }), CLOSES],
      [
        "the service is used up",
        set({ hall: { ...phoneHall, services: phoneHall.services.map((one) => ({ ...one, open: false })) } }),
        CLOSES,
      ],
      ["the service is gone", set({ hall: { ...phoneHall, services: [] } }), CLOSES],
      [
        "the hall asks for a phone",
        set({ hall: { ...phoneHall, limits: { identify: "phone", phone_metres: null } } }),
        "Phone",
      ],
    ],
  },
  {
    file: "visitor/page/AppointmentPage.vue",
    open: () => open(AppointmentPage, { token: "tok" }),
    press: "Cancel the appointment",
    changes: [
      ["cancelled by staff", asked({ state: "cancelled", can_change: false }), CLOSES],
      ["moved by staff", asked({ start: "2026-11-25T10:00:00+08:00" }), CLOSES],
      [
        "checked in at the reception",
        asked({ state: "checked_in", can_change: false, ticket: "t", number: "A001" }),
        CLOSES,
      ],
      ["too late to change", asked({ can_change: false }), CLOSES],
    ],
  },
  {
    file: "kiosk/page/LanguageQuestion.vue",
    open: () =>
      open(LanguageQuestion, { languages: [{ code: "zh-CN", name: "中文", direction: "ltr" }], now: "zh-CN" }),
    changes: [
      ["a language is added", set({ languages: [{ code: "ug", name: "ئۇيغۇرچە", direction: "rtl" }] }), "ئۇيغۇرچە"],
    ],
  },
  {
    file: "kiosk/page/StillThere.vue",
    open: () => open(StillThere, { left: 10 }),
    changes: [["the time runs", set({ left: 3 }), "3"]],
  },
  ...(["hold", "transfer", "visit", "quantity", "note"] as const).map((kind): Row => ({
    file: `counter_client/page/${kind[0]!.toUpperCase()}${kind.slice(1)}Dialog.vue`,
    open: () => atDesk({ kind }),
    changes: OF_TICKET,
  })),
  {
    file: "counter_client/page/ReasonDialog.vue",
    name: "pause",
    open: () => atDesk({ kind: "pause" }),
    changes: [["paused by the supervisor", set({ situation: situation(present, { state: "paused" }) }), CLOSES]],
  },
  {
    file: "",
    name: "call a chosen one",
    open: () => atDesk({ kind: "call", ticket: clerk.ticket("A013") }),
    changes: [
      ["called elsewhere", set({ dialog: { kind: "call", ticket: clerk.called("A013", { counter: "2" }) } }), CLOSES],
    ],
  },
  {
    file: "",
    name: "take a number out",
    open: () => atDesk({ kind: "take_out", ticket: clerk.ticket("A013") }),
    changes: [
      [
        "called meanwhile",
        set({ dialog: { kind: "take_out", ticket: clerk.called("A013", { counter: "2" }) } }),
        CLOSES,
      ],
    ],
  },
  {
    file: "",
    name: "take many out at a counter",
    open: () => atDesk({ kind: "take_out_many" }),
    changes: [["no line", set({ situation: { ...situation(), online: false } }), "onnection"]],
  },
  {
    file: "counter_client/page/DeskDialogs.vue",
    name: "complete first",
    open: () => atDesk({ kind: "ask", then: "call_next", payload: {} }),
    changes: OF_TICKET,
  },
  {
    file: "counter_client/page/DeskDialogs.vue",
    name: "sign off",
    open: () => atDesk({ kind: "sign_off" }),
    changes: [
      ...OF_TICKET,
      ["the visitor comes", set({ situation: situation(clerk.called("A012", { state: "serving" })) }), CLOSES],
    ],
  },
  {
    file: "counter_client/page/TimelineDialog.vue",
    open: () => atDesk({ kind: "timeline", number: "A012" }),
    changes: [
      [
        "something happens to it",
        async (page) => {
          answers["/tickets/A012"] = { ticket: present, contact: { name: "Li" }, timeline: [] }
          await page.setProps({ snapshot: clerk.snapshot({ seq: 2 }) })
          await vi.advanceTimersByTimeAsync(500)
        },
        "Li",
      ],
    ],
  },
  {
    file: "counter_client/page/HelpDialog.vue",
    open: () => atDesk({ kind: "help" }),
    changes: [["nothing concerns it", set({ situation: situation(null) }), "Keys"]],
  },
  {
    file: "counter_client/page/SignOn.vue",
    open: () =>
      open(SignOn, {
        station,
        snapshot: clerks("Wang"),
        user: { username: "li", name: "Li", role: "clerk", halls: [] },
        now: 0,
      }),
    press: "is on duty",
    changes: [
      ["the clerk leaves", set({ snapshot: clerks(null) }), CLOSES],
      ["another clerk comes", set({ snapshot: clerks("Chen") }), CLOSES],
    ],
  },
  {
    file: "reception/page/AppointmentPanel.vue",
    open: () => open(AppointmentPanel, { hall, now, stirred: 0, online: true }),
    press: "Cancel",
    changes: [
      ["cancelled by its holder", relisted({ state: "cancelled" }), CLOSES],
      ["moved by its holder", relisted({ start: "2026-11-23T15:00:00+08:00" }), CLOSES],
      ["checked in", relisted({ state: "checked_in" }), CLOSES],
    ],
  },
  {
    file: "web/removal/RemoveDialog.vue",
    open: () => open(RemoveDialog, { hall, number: "A020", stirred: 1, online: true }),
    changes: [
      [
        "the number is called meanwhile",
        met({ removed: [], skipped: [{ number: "A020", state: "called" }] }),
        "These stay: A020",
      ],
      ["the service is gone", set({ hall: { ...hall, services: hall.services.slice(1) } }), "Personal tax"],
      ["no line", set({ online: false }), "onnection"],
    ],
  },
  {
    file: "reception/page/HandDialog.vue",
    open: () => open(HandDialog, { hall, now, online: true }),
    changes: [
      ["the service is gone", set({ hall: { ...hall, services: hall.services.slice(1) } }), "Personal tax"],
      ["no line", set({ online: false }), "onnection"],
    ],
  },
  {
    file: "reception/page/BookDialog.vue",
    name: "change",
    open: () => open(BookDialog, { hall, now, change: booked, last: null }),
    changes: [
      ["cancelled elsewhere", set({ last: { ...booked, state: "cancelled" } }), CLOSES],
      ["moved elsewhere", set({ last: { ...booked, start: "2026-11-23T15:00:00+08:00" } }), CLOSES],
      ["another appointment", set({ last: { ...booked, code: "OTHER1", state: "cancelled" } }), "ABC234"],
    ],
  },
  {
    file: "reception/page/BookDialog.vue",
    name: "new",
    open: () => open(BookDialog, { hall, now, change: null, last: null }),
    changes: [
      [
        "the service is gone",
        set({ hall: { ...hall, services: [reception.aService("pass", { bookable: true })] } }),
        "Service pass",
      ],
    ],
  },
  {
    file: "reception/page/IssuedDialog.vue",
    open: () => open(IssuedDialog, { ticket: given, last: null, hall, printers: [], printer: null, unprinted: "" }),
    changes: [
      ["called", became("called", "3"), "Called · counter 3"],
      ["given up", became("cancelled", null), "Cancelled"],
    ],
  },
  {
    file: "supervisor/page/DeviceDialog.vue",
    open: () => open(DeviceDialog, { device: screen, devices: [screen], hall: supervisor.aHall() }),
    changes: [["changed elsewhere", set({ device: { ...screen, zone: "hall" } }), CLOSES]],
  },
  {
    file: "supervisor/page/DeviceList.vue",
    open: () => open(DeviceList, { devices: [screen], hall: supervisor.aHall(), now: supervisor.NOW }),
    press: "Remove",
    changes: [
      ["removed elsewhere", set({ devices: [] }), CLOSES],
      ["renamed elsewhere", set({ devices: [{ ...screen, name: "West" }] }), "West"],
    ],
  },
  {
    file: "",
    name: "change a device",
    open: () => open(DeviceList, { devices: [screen], hall: supervisor.aHall(), now: supervisor.NOW }),
    press: "Change",
    changes: [["removed elsewhere", set({ devices: [] }), CLOSES]],
  },
  {
    file: "supervisor/page/CounterDialog.vue",
    open: () =>
      open(CounterDialog, {
        hall: supervisor.aHall(),
        counter: onDuty("Wang"),
        changes: [],
        waiting: {},
        now: supervisor.NOW,
      }),
    changes: [
      ["the clerk leaves", set({ counter: onDuty(null) }), CLOSES],
      ["another clerk comes", set({ counter: onDuty("Chen") }), CLOSES],
      [
        "a ticket is called",
        set({ counter: { ...onDuty("Wang"), ticket: supervisor.aTicket({ number: "A007" }) } }),
        "A007",
      ],
    ],
  },
  {
    file: "supervisor/page/NoticeDialog.vue",
    open: () => open(NoticeDialog, { hall: "h", notice: notice("Lift broken") }),
    changes: [
      ["another is set", set({ notice: notice("Lift mended") }), "Lift mended"],
      ["it is taken away", set({ notice: null }), "taken it away"],
    ],
  },
  {
    file: "reception/page/ManyHitsDialog.vue",
    open: () =>
      open(HitPanel, { hall, hit: [1, 2].map((id) => ({ ...booked, id, hit: "holiday" })), now, online: true }),
    prepare: async (page) => {
      await page.get(".many select").setValue("all")
      await page.findAll(".many button")[1]!.trigger("click")
    },
    changes: [["all are decided elsewhere", set({ hit: [] }), CLOSES]],
  },
  {
    file: "supervisor/page/OpeningDialog.vue",
    open: () => open(OpeningDialog, { hall: supervisor.aHall() }),
    changes: [["closed elsewhere", set({ hall: { ...supervisor.aHall(), open: false } }), "losed"]],
  },
  {
    file: "supervisor/page/HitDialog.vue",
    open: () =>
      open(HitDialog, {
        hit: [{ code: "K7M4QX", service: "general", start: "2026-11-23T10:00:00+08:00" }],
        about: "true",
        pending: false,
      }),
    changes: [["closed elsewhere meanwhile", set({ about: "false" }), CLOSES]],
  },
  {
    file: "supervisor/page/visitors/StopDialog.vue",
    open: () => open(StopDialog, { name: "General", timeZone: "Asia/Shanghai", now, pending: false }),
    changes: [["it is another service's", set({ name: "Tax" }), CLOSES]],
  },
  {
    file: "supervisor/page/PairDialog.vue",
    open: () => open(PairDialog, { hall: supervisor.aHall(), code: "", devices: [] }),
    changes: [
      [
        "a zone is added",
        set({ hall: { ...supervisor.aHall(), zones: [{ code: "two", name: both("Upstairs") }] } }),
        "Upstairs",
      ],
    ],
  },
  {
    file: "supervisor/page/FindDialog.vue",
    open: () => open(FindDialog, { hall: supervisor.aHall(), last: null }),
    changes: [
      [
        "what was found changes",
        async (page) => {
          answers["/tickets"] = { tickets: [supervisor.aTicket({ state: "waiting" })] }
          await page.setProps({ last: event({ kind: "notice_set" }) })
          document.querySelector<HTMLInputElement>("[role=dialog] input")!.value = "A001"
          document.querySelector("[role=dialog] input")!.dispatchEvent(new Event("input"))
          await vi.advanceTimersByTimeAsync(300)
          await page.setProps({
            last: event({ kind: "ticket_called", ticket: supervisor.aTicket({ state: "parked" }) }),
          })
        },
        "ot here",
      ],
    ],
  },
  {
    file: "supervisor/page/visitors/VisitorsDialog.vue",
    open: () => open(VisitorsDialog, { hall: supervisor.aHall(), now, last: null }),
    changes: [
      [
        "one is booked",
        async (page) => {
          answers["/appointments"] = { appointments: [{ ...booked, code: "NEW234" }] }
          await page.setProps({ last: event({ kind: "appointment_booked" }) })
        },
        "NEW234",
      ],
    ],
  },
  {
    file: "supervisor/page/policy/ApplyDialog.vue",
    open: () =>
      open(ApplyDialog, {
        present: BALANCED,
        rule: FIRST,
        title: "First come",
        name: "first-come",
        pending: false,
        failed: "",
      }),
    changes: [["the rule is changed elsewhere", set({ present: FIRST }), CLOSES]],
  },
]

let page: VueWrapper
const dialog = (): Element | null => document.querySelector("[role=dialog], [role=alertdialog]")
function press(label: string): void {
  const found = [...document.querySelectorAll("button")].find((one) =>
    (one.querySelector(".label") ?? one).textContent?.includes(label),
  )
  if (!found) throw new Error(`no button ${label} in ${document.body.textContent}`)
  found.click()
}

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] })
  setLocale("en")
  answers = {
    "/halls/h": phoneHall,
    "/appointments/tok": appointment,
    "/appointments": { appointments: [booked] },
    "/slots": { slots: [] },
    "/tickets/A012": { ticket: present, contact: null, timeline: [] },
    "/why": { called: false, overtaken_by: [] },
    "/persons": { many: 3, persons: [] },
    "/notices": { channels: [], notices: [] },
    "/tickets": { tickets: [] },
  }
  vi.stubGlobal("fetch", async (url: string) => {
    const path = url.split("?")[0]!
    const end = Object.keys(answers).find((one) => path.endsWith(one))
    return new Response(
      JSON.stringify(end === undefined ? { error: { code: "forbidden", params: {}, message: "" } } : answers[end]),
      { status: end === undefined ? 403 : 200 },
    )
  })
})
afterEach(() => {
  page.unmount()
  document.body.innerHTML = ""
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it("has every dialog of every page", () => {
  const sources = import.meta.glob<string>(["../*/page/**/*.vue", "./removal/*.vue"], {
    query: "?raw",
    import: "default",
    eager: true,
  })
  const found = Object.entries(sources).flatMap(([path, text]) =>
    (text.match(/<ModalDialog\b|role="(alert)?dialog"|<dialog\b/g) ?? []).map(() =>
      path.replace("../", "").replace("./", "web/"),
    ),
  )
  page = open(StillThere, { left: 1 })
  expect(
    TABLE.map((row) => row.file)
      .filter(Boolean)
      .sort(),
  ).toEqual(found.sort())
})

describe.each(TABLE.map((row) => [`${row.file} ${row.name ?? ""}`, row] as const))("%s", (_name, row) => {
  it.each(row.changes)("%s", async (_, change, after) => {
    page = row.open()
    await flushPromises()
    if (row.press) press(row.press)
    await row.prepare?.(page)
    await flushPromises()
    expect(dialog(), "it was opened").not.toBeNull()
    await change(page)
    await flushPromises()
    if (after !== CLOSES) expect(dialog()?.textContent).toContain(after)
    else expect(dialog() === null || page.emitted("close") !== undefined, dialog()?.textContent ?? "").toBe(true)
  })
})
