/** A small cast for the console's tests: a hall of two types, three counters, tickets, and a live store without a line. */
import { shallowReactive } from "vue"
import type { Live } from "../../web/live"
import { NOTHING_TODAY } from "../../web/reduce"
import type { Hall, HallEvent, Outlook, StaffCounter, StaffSnapshot, StaffTicket, TicketState } from "../../web/types"

export const NINE = Date.parse("2026-11-23T09:00:00+08:00")
export const at = (seconds: number): string => new Date(NINE + seconds * 1000).toISOString()
const text = (zh: string, en: string): { "zh-CN": string; en: string } => ({ "zh-CN": zh, en })

export const hall = {
  code: "h",
  name: text("大厅", "Hall"),
  time_zone: "Asia/Shanghai",
  open: true,
  next_open: null,
  zones: [],
  counter_types: [
    { code: "social", prefix: "A", name: text("社会保险", "Social insurance") },
    { code: "tax", prefix: "B", name: text("税务", "Tax") },
  ],
  services: [
    { code: "pension", counter_type: "social", group: null, open: true, name: text("养老保险", "Pensions") },
    { code: "income", counter_type: "tax", group: null, open: true, name: text("个税", "Income tax") },
  ],
  statuses: [],
  counters: [
    { code: "1", name: text("1号", "1"), zone: null, counter_types: ["social"], fallbacks: [] },
    { code: "2", name: text("2号", "2"), zone: null, counter_types: ["tax"], fallbacks: [] },
  ],
  rules: { on_next: "start", next_guard_s: 1.5, undo_s: 10, recall_gap_s: 5, recall_limit: 5 },
} as unknown as Hall

export function ticket(number: string, state: TicketState = "waiting", more: Partial<StaffTicket> = {}): StaffTicket {
  return {
    number,
    state,
    service: "pension",
    counter_type: "social",
    counter: null,
    zone: null,
    call_seq: null,
    called_at: null,
    last_called_at: null,
    calls: 0,
    tags: [],
    language: "zh-CN",
    id: Number(number.slice(1)),
    class: "walk-in",
    status: null,
    channel: "kiosk",
    issued_at: at(-600),
    waiting_since: at(-600),
    started_at: null,
    ended_at: null,
    note: null,
    hold_until: null,
    came_from: null,
    no_shows: 0,
    asides: 0,
    quantity: 1,
    steps: [],
    due_at: null,
    slot: null,
    rating: null,
    reachable: false,
    returns_after: null,
    waits_for: state === "waiting" ? [{ counter_type: "social", service: "pension" }] : [],
    ...more,
  }
}

export const called = (number: string, more: Partial<StaffTicket> = {}): StaffTicket =>
  ticket(number, "called", { counter: "1", call_seq: 7, called_at: at(0), last_called_at: at(0), calls: 1, ...more })

export const served = (number: string, more: Partial<StaffTicket> = {}): StaffTicket =>
  called(number, { state: "serving", called_at: at(-60), started_at: at(-30), ...more })

export function counter(code: string, more: Partial<StaffCounter> = {}): StaffCounter {
  return {
    code,
    name: text(`${code}号`, code),
    zone: null,
    state: "open",
    since: at(-3600),
    reason: null,
    ticket: null,
    clerk: { username: "wang", name: "王芳" },
    ...more,
  }
}

export function outlook(more: Partial<Outlook> = {}): Outlook {
  return { seq: 1, next: null, upcoming: [], waiting: [], mine: 0, others: 0, ...more }
}

export function snapshot(more: Partial<StaffSnapshot> = {}): StaffSnapshot {
  return {
    seq: 1,
    hall,
    waiting: { by_type: { social: 2 }, by_service: {} },
    counters: [counter("1"), counter("2", { clerk: null, state: "closed" })],
    held: [],
    parked: [],
    notice: null,
    open_override: null,
    today: { ...NOTHING_TODAY, issued: 3, completed: 1, open: 2 },
    ...more,
  }
}

export interface Sent {
  command: string
  payload: Record<string, unknown>
  answer: (answer: unknown) => void
}

/** A live store whose server is the test: `sent` waits for answers, `push` says something. */
export function paperLive(first: StaffSnapshot = snapshot()): {
  live: Live<StaffSnapshot>
  sent: Sent[]
  push: (name: string, message: unknown) => void
} {
  const sent: Sent[] = []
  const heard: Record<string, (message: never) => void> = {}
  const state = shallowReactive({
    link: "live" as const,
    connected: true,
    snapshot: first as StaffSnapshot | null,
    seq: first.seq as number | null,
    now: NINE,
    heardAt: NINE,
    restarting: false,
    newVersion: false,
    error: null,
  })
  const live = {
    state,
    serverNow: () => state.now,
    send: (command: string, payload: Record<string, unknown>) =>
      new Promise((resolve) => sent.push({ command, payload, answer: resolve })),
    tell: () => undefined,
    on: (name: string, handler: (message: never) => void) => {
      heard[name] = handler
      return () => undefined
    },
    refresh: () => undefined,
    close: () => undefined,
  } as unknown as Live<StaffSnapshot>
  return { live, sent, push: (name, message) => heard[name]?.(message as never) }
}

export const spoken = (number: string, seconds: number, more: object = {}): HallEvent =>
  ({
    seq: 9,
    prev: 8,
    hall: "h",
    at: at(seconds),
    kind: "announcement_spoken",
    number,
    call_seq: 7,
    result: "spoken",
    by: "screen",
    ...more,
  }) as HallEvent
