/** The tickets and the hall of this page's tests. */
import type { Hall, VisitorTicket } from "../../web/types"

const both = (zh: string, en: string): { "zh-CN": string; en: string } => ({ "zh-CN": zh, en })

export function aTicket(change: Partial<VisitorTicket> = {}): VisitorTicket {
  return {
    number: "A013",
    token: "tok",
    hall: "h",
    hall_name: both("政务大厅", "Service Hall"),
    service: "general",
    service_name: both("综合业务", "General services"),
    counter_type: "A",
    state: "waiting",
    counter: null,
    counter_name: null,
    counters: ["1", "5"],
    ahead: 9,
    wait: { low: 15, high: 30 },
    queues: ["A"],
    issued_at: "2026-11-23T08:50:00+08:00",
    called_at: null,
    last_called_at: null,
    calls: 0,
    now_serving: [{ number: "A003", counter: "1" }],
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
    policy: { name: "balanced", title: both("均衡", "Balanced") },
    url: "/t/tok",
    notice: null,
    seq: 5,
    time: "2026-11-23T09:00:00.000+08:00",
    ...change,
  }
}

export function calledTo(counter: string, change: Partial<VisitorTicket> = {}): VisitorTicket {
  const at = "2026-11-23T09:00:00.000+08:00"
  const name = both(`${counter}号窗口`, `Counter ${counter}`)
  const call = { counter, counter_name: name, called_at: at, last_called_at: at, calls: 1, ahead: null, wait: null }
  return aTicket({ state: "called", seq: 6, ...call, ...change })
}

export function aHall(change: Partial<Hall> = {}): Hall {
  const none = both("", "")
  return {
    code: "h",
    name: both("政务大厅", "Service Hall"),
    time_zone: "Asia/Shanghai",
    open: true,
    next_open: null,
    hours: {},
    zones: [],
    groups: [],
    counter_types: [
      { code: "A", prefix: "A", name: both("综合业务", "General services") },
      { code: "B", prefix: "B", name: both("商事登记", "Business registration") },
    ],
    services: [
      { code: "general", name: both("综合业务", "General services"), counter_type: "A", group: null, open: true },
      { code: "company", name: both("企业设立", "Company registration"), counter_type: "B", group: null, open: false },
    ],
    statuses: [],
    counters: [],
    languages: ["zh-CN", "en"],
    channels: ["kiosk", "phone"],
    texts: { idle: none, paused: none, serving_done: none, missed: none, welcome: none },
    voice: {} as Hall["voice"],
    display: { layout: "auto", screen_inch: 55, farthest_seat_m: 8 },
    version: "1",
    ...change,
  }
}
