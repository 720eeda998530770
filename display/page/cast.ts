/** A small hall for the display's tests and pictures. */
import type { Hall, PublicSnapshot, PublicTicket, Text } from "../../web/types"

export const NOW = Date.parse("2026-11-23T09:31:00+08:00")

export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()
const text = (zh: string, en: string): Text => ({ "zh-CN": zh, en })

const TYPES: [string, string, string][] = [
  ["general", "综合业务", "General services"],
  ["business", "企业登记", "Business registration"],
  ["talent", "人才服务", "Talent services"],
  ["social", "社会保险", "Social insurance"],
  ["housing", "住房保障", "Housing"],
  ["traffic", "车驾管业务", "Vehicles and licences"],
]

export const hall = (more: Partial<Hall> = {}): Hall => ({
  code: "nanshan",
  name: text("南山区政务服务大厅", "Nanshan District Service Hall"),
  time_zone: "Asia/Shanghai",
  open: true,
  next_open: null,
  hours: {},
  zones: [
    { code: "east", name: text("东区", "East") },
    { code: "west", name: text("西区", "West") },
  ],
  groups: [],
  services: [],
  statuses: [],
  languages: ["zh-CN", "en"],
  channels: [],
  counter_types: TYPES.map(([code, zh, en], n) => ({ code, prefix: "ABCDEF".charAt(n), name: text(zh, en) })),
  counters: Array.from({ length: 20 }, (_, n) => ({
    code: String(n + 1),
    name: text(`${n + 1}号窗口`, `Counter ${n + 1}`),
    zone: n < 10 ? "east" : "west",
    counter_types: [TYPES[n % 6]?.[0] ?? ""],
    fallbacks: [],
  })),
  texts: {
    idle: text("欢迎光临", "Welcome"),
    paused: text("暂停服务", "Closed"),
    serving_done: text("热情为您服务", "Happy to serve you"),
    missed: text("未到请到服务台重新排队", "Missed your number? Please ask at the reception desk"),
    welcome: text("欢迎光临南山区政务服务大厅", "Welcome to Nanshan District Service Hall"),
  },
  voice: {
    languages: ["zh-CN", "en"],
    chime: null,
    rate: 1,
    volume: 1,
    templates: {},
    overrides: {},
    zones: {},
    quiet: [],
  },
  display: { layout: "landscape-list", screen_inch: 55, farthest_seat_m: 7 },
  version: "1",
  ...more,
})

let calls = 0

/** A ticket called `seconds` ago; later ones in a test have the higher call_seq. */
export const call = (
  number: string,
  counter: string | null,
  seconds: number,
  more: Partial<PublicTicket> = {},
): PublicTicket => ({
  number,
  service: "s",
  counter_type: "general",
  state: "called",
  counter,
  zone: Number(counter) > 10 ? "west" : "east",
  call_seq: 1000 + (calls += 1),
  called_at: ago(seconds),
  last_called_at: ago(seconds),
  calls: 1,
  tags: [],
  language: "zh-CN",
  waits_for: [],
  ...more,
})

export const snapshot = (more: Partial<PublicSnapshot> = {}): PublicSnapshot => ({
  seq: 1,
  hall: hall(),
  zone: null,
  calls: [],
  waiting: { general: 23, business: 8, talent: 0, social: 14, housing: 3, traffic: 31 },
  expected: {
    general: { low: 11, high: 22 },
    business: { low: 4, high: 9 },
    talent: null,
    social: { low: 20, high: 35 },
    housing: null,
    traffic: { low: 41, high: 63 },
  },
  counters: hall().counters.map((one) => ({
    code: one.code,
    name: one.name,
    zone: one.zone,
    state: "open" as const,
    since: ago(3600),
  })),
  notice: null,
  ...more,
})
