/** The hall and what lies on the desk, for this page's tests. */
import type { Hall, HallCounter, Service, StaffCounter, Text } from "../../web/types"
import type { Booked } from "./issuing"

export const text = (zh: string, en: string): Text => ({ "zh-CN": zh, en })

export function aService(code: string, change: Partial<Service> = {}): Service {
  return { code, name: text(`业务${code}`, `Service ${code}`), counter_type: "A", group: null, open: true, ...change }
}

export function aHall(change: Partial<Hall> = {}): Hall {
  const none = text("", "")
  const counter = (code: string, own: string[], fallbacks: string[] = []): HallCounter => ({
    code,
    name: text(code, code),
    zone: null,
    counter_types: own,
    fallbacks,
  })
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
      { code: "A", prefix: "A", name: text("综合", "General") },
      { code: "B", prefix: "B", name: text("税务", "Tax") },
    ],
    services: [
      aService("pass", { name: text("护照", "Passport") }),
      aService("tax", { name: text("个人税务", "Personal tax"), counter_type: "B", bookable: true }),
    ],
    statuses: [
      { code: "elderly", name: text("长者", "Aged 60"), proof: text("身份证", "ID card"), proof_rule: "shown" },
    ],
    counters: [counter("1", ["A"]), counter("2", ["B"], ["A"])],
    languages: ["zh-CN", "en"],
    channels: ["kiosk", "reception"],
    texts: { idle: none, paused: none, serving_done: none, missed: none, welcome: none },
    voice: {} as Hall["voice"],
    display: { layout: "auto", screen_inch: 55, farthest_seat_m: 8 },
    limits: { identify: "none", phone_metres: null },
    version: "1",
    ...change,
  }
}

export function atWork(code: string, state: StaffCounter["state"] = "open"): StaffCounter {
  return { code, name: text(code, code), zone: null, state, since: null, reason: null, clerk: null, ticket: null }
}

export function anAppointment(change: Partial<Booked> = {}): Booked {
  return {
    id: 1,
    code: "ABC234",
    service: "tax",
    service_name: text("个人税务", "Personal tax"),
    start: "2026-11-23T10:00:00+08:00",
    end: "2026-11-23T10:15:00+08:00",
    state: "booked",
    contact: { name: "陈**", phone: "*******8000" },
    ...change,
  }
}
