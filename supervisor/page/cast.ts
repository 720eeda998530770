/** The hall, its counters and devices of this page's tests. */
import { NOTHING_TODAY } from "../../web/reduce"
import type { Hall, StaffCounter, StaffTicket } from "../../web/types"
import type { LiveView, SeenDevice, ServiceLine } from "./shapes"

const both = (zh: string, en: string): { "zh-CN": string; en: string } => ({ "zh-CN": zh, en })
export const NOW = Date.parse("2026-11-23T09:00:00.000+08:00")
/** The time so many minutes before NOW. */
export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString()

export function aLine(code: string, change: Partial<ServiceLine> = {}): ServiceLine {
  return { code, counter_type: "A", waiting: 0, oldest_at: null, served: 0, open_counters: 1, ...change }
}

export function aDevice(change: Partial<SeenDevice> = {}): SeenDevice {
  return { id: 1, kind: "display", name: "Screen", zone: null, alive: true, last_seen: ago(0), status: {}, ...change }
}

export function aTicket(change: Partial<StaffTicket> = {}): StaffTicket {
  return {
    id: 1,
    number: "A001",
    service: "general",
    counter_type: "A",
    class: "ordinary",
    state: "called",
    counter: "1",
    zone: "hall",
    call_seq: 3,
    called_at: ago(2),
    last_called_at: ago(2),
    calls: 1,
    tags: [],
    language: "zh-CN",
    status: null,
    channel: "kiosk",
    issued_at: ago(20),
    waiting_since: ago(20),
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
    waits_for: [],
    ...change,
  }
}

export function aCounter(code: string, change: Partial<StaffCounter> = {}): StaffCounter {
  const name = both(`${code}号窗口`, `Counter ${code}`)
  return { code, name, zone: "hall", state: "open", since: ago(30), reason: null, clerk: null, ticket: null, ...change }
}

export function aHall(): Hall {
  const none = both("", "")
  return {
    code: "h",
    name: both("政务大厅", "Service Hall"),
    time_zone: "Asia/Shanghai",
    open: true,
    next_open: null,
    hours: {},
    zones: [{ code: "hall", name: both("一楼", "Ground floor") }],
    groups: [],
    counter_types: [{ code: "A", prefix: "A", name: both("综合业务", "General services") }],
    services: [
      { code: "general", name: both("综合业务", "General services"), counter_type: "A", group: null, open: true },
      { code: "social", name: both("社会保险", "Social insurance"), counter_type: "A", group: null, open: true },
    ],
    statuses: [],
    counters: [{ code: "1", name: both("1号窗口", "Counter 1"), zone: "hall", counter_types: ["A"], fallbacks: [] }],
    languages: ["zh-CN", "en"],
    channels: ["kiosk"],
    texts: { idle: none, paused: none, serving_done: none, missed: none, welcome: none },
    voice: {} as Hall["voice"],
    display: { layout: "auto", screen_inch: 55, farthest_seat_m: 8 },
    version: "1",
  }
}

export function aView(change: Partial<LiveView> = {}): LiveView {
  return {
    seq: 7,
    hall: aHall(),
    waiting: { by_type: { A: 2 }, by_service: { general: 2 } },
    counters: [aCounter("1")],
    held: [],
    parked: [],
    notice: null,
    open_override: null,
    today: { ...NOTHING_TODAY, issued: 5, completed: 3, open: 2 },
    services: [aLine("general", { waiting: 2, oldest_at: ago(5) }), aLine("social")],
    devices: [],
    alerts: [],
    ...change,
  }
}
