import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { effectScope, nextTick, ref, type EffectScope } from "vue"
import { locale } from "../../web/i18n"
import type { Live } from "../../web/live"
import { toasts } from "../../web/toasts"
import type { Outlook, StaffSnapshot } from "../../web/types"
import { at, called, counter, hall, NINE, outlook, paperLive, served, snapshot, ticket, type Sent } from "./cast"
import { useDesk, type Desk } from "./desk"
import { followOutlook } from "./outlook"
import { createStation, type Station } from "./station"

let live: Live<StaffSnapshot>
let sent: Sent[]
let push: (name: string, message: unknown) => void
let station: Station
let desk: Desk
let waiting: Outlook | null
let scope: EffectScope
let rules = hall.rules
const line = ref(true)

const last = (): Sent => sent[sent.length - 1]!
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0) as unknown as Promise<void>
const refuse = (code: string, params: object = {}): object => ({ ok: false, error: { code, params, message: "" } })

/** On duty at counter 1, with `present` there. */
async function start(present = counter("1")): Promise<void> {
  ;({ live, sent, push } = paperLive(snapshot({ counters: [present, counter("2", { clerk: null, state: "closed" })] })))
  station = createStation({ live, hall: "h", me: "wang" })
  const signedOn = station.signOn("1")
  last().answer({ ok: true, seq: 1, counter: present, ticket: present.ticket })
  await signedOn
  sent.length = 0
  waiting = outlook({ next: ticket("A013"), upcoming: [ticket("A013")], mine: 1 })
  desk = useDesk(station, () => ({
    online: line.value,
    hall: { ...hall, rules },
    counter: station.state.value!,
    ticket: station.ticket.value,
    outlook: waiting,
    now: live.state.now,
  }))
}

/** The server carried the command out and `present` is the counter's ticket now. */
async function done(present: ReturnType<typeof called> | null, more: object = {}): Promise<void> {
  last().answer({
    ok: true,
    seq: 2,
    counter: counter("1", { ticket: present }),
    ticket: present,
    undo_until: at(10),
    ...more,
  })
  await settle()
}

beforeEach(() => {
  vi.useFakeTimers({ now: NINE, toFake: ["setTimeout", "clearTimeout", "Date"] })
  locale.value = "en"
  toasts.value = []
  rules = hall.rules
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  locale.value = "zh-CN"
  vi.useRealTimers()
})

describe("a press", () => {
  it("is pending at once, and the answer stands before the event comes", async () => {
    await start()
    desk.press("next")
    expect(station.busy.value).toBe("call_next")
    expect(last()).toMatchObject({ command: "call_next", payload: { hall: "h", counter: "1" } })
    await done(called("A013"))
    expect(station.busy.value).toBeNull()
    expect(station.ticket.value?.number).toBe("A013")
    live.state.snapshot = snapshot({ seq: 3, counters: [counter("1", { ticket: called("A013", { calls: 2 }) })] })
    live.state.seq = 3
    expect(station.ticket.value?.calls).toBe(2)
  })

  it("while another is under way does nothing", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("complete")
    desk.press("no_show")
    expect(sent).toHaveLength(1)
  })

  it("on a button that is off says why", async () => {
    await start()
    desk.press("complete")
    expect(sent).toHaveLength(0)
    expect(toasts.value.map((one) => one.text)).toEqual(["There is no ticket at the counter"])
  })

  it("without a line says so until it is back", async () => {
    await start()
    line.value = false
    await nextTick()
    desk.press("next")
    expect(sent).toHaveLength(0)
    expect(toasts.value).toHaveLength(1)
    line.value = true
    await nextTick()
    expect(toasts.value).toEqual([])
  })

  it("that came too late says who was faster", async () => {
    await start()
    desk.press("next")
    last().answer(refuse("called_elsewhere", { number: "A013", counter: "4", seconds: 2 }))
    await settle()
    expect(toasts.value[0]).toMatchObject({ kind: "error", text: "A013 was called by counter 4 2 seconds ago." })
    desk.press("next")
    await done(called("A014"))
    expect(toasts.value).toEqual([])
  })

  it("starts who was called, then completes and calls", async () => {
    await start(counter("1", { ticket: called("A012", { called_at: at(-60) }) }))
    desk.press("next")
    expect(last().command).toBe("start")
    await done(served("A012", { started_at: at(0) }))
    desk.press("next")
    expect(sent).toHaveLength(1)
    expect(toasts.value[0]).toMatchObject({
      kind: "info",
      text: "A012 was started just now: press again when the matter is done",
    })
  })

  it("completes when nobody is waiting", async () => {
    await start(counter("1", { ticket: served("A012") }))
    waiting = outlook()
    desk.press("next")
    expect(last().command).toBe("complete")
  })

  it("in the breath after a call does nothing and says so", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("next")
    expect(sent).toHaveLength(0)
    expect(toasts.value[0]).toMatchObject({
      kind: "info",
      text: "A012 was called just now: press again when they are here",
    })
  })

  it("of pause asks why, and of a paused counter resumes", async () => {
    await start()
    desk.press("pause")
    expect(desk.dialog.value).toEqual({ kind: "pause" })
    desk.close()
    await start(counter("1", { state: "paused", reason: "Meal" }))
    desk.press("pause")
    expect(last().command).toBe("resume")
  })
})

describe("where the hall asks before completing", () => {
  it("asks, completes, and calls", async () => {
    rules = { ...hall.rules!, on_next: "ask" }
    await start(counter("1", { ticket: served("A012") }))
    desk.press("next")
    expect(sent).toHaveLength(0)
    expect(desk.dialog.value).toEqual({ kind: "ask", then: "call_next", payload: {} })
    void desk.endThen("complete", "call_next", {})
    expect(last().command).toBe("complete")
    await done(null)
    expect(last().command).toBe("call_next")
    await done(called("A013"))
    expect(desk.dialog.value).toBeNull()
  })

  it("asks also when only the server knew", async () => {
    await start(counter("1", { ticket: called("A012") }))
    void desk.perform("take_back", { number: "A003" })
    last().answer(refuse("ticket_open", { number: "A012" }))
    await settle()
    expect(desk.dialog.value).toEqual({ kind: "ask", then: "take_back", payload: { number: "A003" } })
  })

  it("asks whether one came who was called, before another is", async () => {
    await start(counter("1", { ticket: called("A012") }))
    void desk.perform("take_back", { number: "A003" })
    last().answer(refuse("not_here_yet", { number: "A012" }))
    await settle()
    expect(desk.dialog.value).toMatchObject({ kind: "ask", then: "take_back" })
    void desk.endThen("no_show", "take_back", { number: "A003" })
    expect(last().command).toBe("no_show")
    await done(null)
    expect(last()).toMatchObject({ command: "take_back", payload: { number: "A003" } })
  })
})

describe("undo", () => {
  it("counts down ten seconds and is gone then", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("no_show")
    await done(null)
    expect(station.undoable.value).toMatchObject({ command: "no_show", number: "A012" })
    expect(desk.undoRest.value).toBe(10)
    live.state.now = NINE + 9_500
    expect(desk.undoRest.value).toBe(1)
    live.state.now = NINE + 10_000
    expect(desk.undoRest.value).toBe(0)
    desk.press("undo")
    expect(sent).toHaveLength(1)
  })

  it("says what it took back and cannot be done twice", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("no_show")
    await done(null)
    desk.press("undo")
    await done(called("A012"), { undo_until: null })
    expect(station.ticket.value?.number).toBe("A012")
    expect(toasts.value.map((one) => one.text)).toEqual(["Undone: the no-show"])
    expect(desk.undoRest.value).toBe(0)
  })
})

describe("losing the counter", () => {
  it("to another window of the same clerk, and taking it back", async () => {
    await start(counter("1", { ticket: called("A012") }))
    push("console", { counter: "2", client: "other" })
    expect(station.loss.value).toBeNull()
    push("console", { counter: "1", client: "other" })
    expect(station.loss.value).toEqual({ how: "superseded" })
    const back = station.signOn("1")
    const mine = last().payload.client
    push("console", { counter: "1", client: mine })
    last().answer({ ok: true, seq: 1, counter: counter("1"), ticket: null })
    await back
    expect(station.loss.value).toBeNull()
  })

  it("to another clerk, and to the end of the day", async () => {
    await start()
    live.state.snapshot = snapshot({ counters: [counter("1", { clerk: { username: "li", name: "李强" } })] })
    expect(station.loss.value).toEqual({ how: "taken", clerk: "李强", number: null })
    const li = { username: "li", name: "李强" }
    live.state.snapshot = snapshot({ counters: [counter("1", { clerk: li, ticket: called("A020") })] })
    expect(station.loss.value).toEqual({ how: "taken", clerk: "李强", number: null }) // called by the other clerk
    live.state.snapshot = snapshot({ counters: [counter("1", { clerk: null, state: "closed" })] })
    expect(station.loss.value).toEqual({ how: "closed" })
  })

  it("with the ticket that stood there", async () => {
    await start(counter("1", { ticket: called("A012") }))
    live.state.snapshot = snapshot({
      counters: [counter("1", { clerk: { username: "li", name: "李强" }, ticket: called("A012") })],
    })
    expect(station.loss.value).toEqual({ how: "taken", clerk: "李强", number: "A012" })
  })

  it("by signing off leaves a summary and no loss", async () => {
    await start()
    void desk.perform("sign_off")
    const figures = { minutes: 61, called: 5, completed: 4, no_show: 1, held: 0 }
    last().answer({
      ok: true,
      seq: 2,
      counter: counter("1", { clerk: null, state: "closed" }),
      ticket: null,
      summary: figures,
    })
    await settle()
    expect(station.summary.value).toEqual({ ...figures, counter: "1" })
    expect(station.counter.value).toBeNull()
    expect(station.loss.value).toBeNull()
  })
})

describe("a dialog", () => {
  it("opens while a command is under way, and no second command goes out", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("start")
    desk.press("note")
    desk.press("complete")
    expect(desk.dialog.value).toEqual({ kind: "note" })
    expect(sent.filter((one) => one.command !== "session").map((one) => one.command)).toEqual(["start"])
  })

  it("that was opened while a command was under way is not closed by its answer", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("start")
    desk.press("timeline")
    await done(called("A012", { state: "serving" }))
    expect(desk.dialog.value).toEqual({ kind: "timeline", number: "A012" })
  })

  it("about the present ticket goes with it", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("visit")
    live.state.snapshot = snapshot({ counters: [counter("1")] })
    await nextTick()
    expect(desk.dialog.value).toBeNull()
  })

  it("about what is left of a visit stays open for the next", async () => {
    await start(counter("1", { ticket: called("A012") }))
    desk.press("visit")
    void desk.perform("drop_service", { service: "income" }, true)
    last().answer({
      ok: true,
      seq: 2,
      counter: counter("1", { ticket: called("A012") }),
      ticket: called("A012"),
      undo_until: at(10),
    })
    await settle()
    expect(desk.dialog.value).toEqual({ kind: "visit" })
  })
})

describe("the outlook", () => {
  it("is asked after events, one question at a time, at most every 400 ms", async () => {
    await start()
    const feed = scope.run(() => followOutlook(live, () => ({ hall: "h", counter: station.counter.value })))!
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.map((one) => one.command)).toEqual(["outlook"])
    for (const seq of [2, 3, 4]) {
      live.state.seq = seq
      await nextTick()
    }
    await vi.advanceTimersByTimeAsync(1_000)
    expect(sent).toHaveLength(1)
    last().answer({ ok: true, ...outlook({ mine: 3 }) })
    await vi.advanceTimersByTimeAsync(0)
    expect(feed.outlook.value?.mine).toBe(3)
    expect(sent).toHaveLength(2)
    last().answer({ ok: true, ...outlook({ mine: 4 }) })
    await vi.advanceTimersByTimeAsync(0)
    live.state.seq = 5
    await nextTick()
    await vi.advanceTimersByTimeAsync(399)
    expect(sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toHaveLength(3)
    feed.stop()
  })
})
