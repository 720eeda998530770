/** The hall, its board and a ticket of this page's tests. */
import type { Hall, PublicSnapshot, Service, Text } from "../../web/types"
import type { TakenTicket } from "./taking"

export const text = (zh: string, en: string): Text => ({ "zh-CN": zh, en })

export function aService(code: string, change: Partial<Service> = {}): Service {
  return { code, name: text(`业务 ${code}`, `Service ${code}`), counter_type: "A", group: null, open: true, ...change }
}

export function aHall(change: Partial<Hall> = {}): Hall {
  const none = text("", "")
  return {
    code: "h",
    name: text("政务大厅", "Service Hall"),
    time_zone: "Asia/Shanghai",
    open: true,
    next_open: null,
    hours: {},
    zones: [],
    groups: [],
    counter_types: [
      { code: "A", prefix: "A", name: text("综合业务", "General") },
      { code: "B", prefix: "B", name: text("商事登记", "Business") },
    ],
    services: [aService("general"), aService("company", { counter_type: "B" }), aService("visa", { open: false })],
    statuses: [{ code: "elderly", name: text("长者", "Aged 60 or over"), proof: text("身份证", "Identity card") }],
    counters: [
      { code: "1", name: text("1 号", "Counter 1"), zone: null, counter_types: ["A"], fallbacks: [] },
      { code: "2", name: text("2 号", "Counter 2"), zone: null, counter_types: ["B"], fallbacks: ["A"] },
    ],
    languages: ["zh-CN", "en"],
    channels: ["kiosk", "phone"],
    texts: { idle: none, paused: none, serving_done: none, missed: none, welcome: none },
    voice: {} as Hall["voice"],
    display: { layout: "auto", screen_inch: 55, farthest_seat_m: 8 },
    version: "1",
    ...change,
  }
}

export function aBoard(change: Partial<PublicSnapshot> = {}): PublicSnapshot {
  return {
    seq: 1,
    hall: aHall(),
    zone: null,
    calls: [],
    waiting: { A: 4, B: 0 },
    expected: { A: { low: 12, high: 23 }, B: { low: 0, high: 4 } },
    counters: [
      { code: "1", name: text("1 号", "Counter 1"), zone: null, state: "open", since: null },
      { code: "2", name: text("2 号", "Counter 2"), zone: null, state: "closed", since: null },
    ],
    notice: null,
    ...change,
  }
}

export function aTicket(change: Partial<TakenTicket> = {}): TakenTicket {
  return {
    number: "A013",
    token: "tok",
    hall: "h",
    hall_name: text("政务大厅", "Service Hall"),
    service: "general",
    service_name: text("综合业务", "General services"),
    counter_type: "A",
    state: "waiting",
    counter: null,
    counter_name: null,
    counters: ["1", "2", "3", "7"],
    ahead: 4,
    wait: { low: 12, high: 23 },
    queues: [],
    issued_at: "2026-11-23T09:00:00+08:00",
    called_at: null,
    last_called_at: null,
    calls: 0,
    now_serving: [],
    tags: [],
    language: "zh-CN",
    open: true,
    can_leave: true,
    can_rejoin: false,
    can_wait_longer: true,
    more_time: { calls: 3, left: 2 },
    stepped_aside: false,
    returns_after: null,
    due_at: null,
    told: null,
    can_rate: false,
    rating: null,
    steps: [],
    quantity: 1,
    appointment: null,
    policy: { name: "balanced", title: text("均衡", "Balanced") },
    notice: null,
    url: "http://hall/t/tok",
    seq: 5,
    time: "2026-11-23T09:00:00.000+08:00",
    print: { job: 7, state: "queued" },
    ...change,
  }
}
