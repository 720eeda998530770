/** What a supervisor fills in when a device is let in or changed, and the settings that come of it. */
import type { DeviceKind, Direction, Directions, Hall } from "../../web/types"
import type { SeenDevice } from "./shapes"
import { fromEntries } from "../../web/records"

export const LAYOUTS = ["auto", "landscape-list", "portrait-list", "split", "list-only", "counter-sign"] as const
export const PRINTERS = ["none", "network", "agent", "file"] as const

export const HEADS = ["", "384", "512", "576", "640"] as const

export interface PairingForm {
  code: string
  kind: DeviceKind
  zone: string
  name: string
  layout: (typeof LAYOUTS)[number]
  counter: string
  screenInch: string
  farthestSeat: string
  printer: (typeof PRINTERS)[number]
  host: string
  port: string
  agent: string
  width: "58" | "80"
  /** Of the printer's head; "": as is usual for the paper. */
  dots: (typeof HEADS)[number]
  /** Percent of the screen that its edges take away. */
  margin: string
}

export type WrongField = "code" | "counter" | "host" | "port" | "agent"

export function emptyForm(code = "", kind: DeviceKind = "display"): PairingForm {
  return {
    code,
    kind,
    zone: "",
    name: "",
    layout: "auto",
    counter: "",
    screenInch: "",
    farthestSeat: "",
    printer: "none",
    host: "",
    port: "9100",
    agent: "",
    width: "80",
    dots: "",
    margin: "",
  }
}

/** The form as it stands for a device that is already let in. */
export function formOf(device: SeenDevice): PairingForm {
  const { layout, counter, screen_inch, farthest_seat_m, margin, printer } = (device.settings ?? {}) as KeptSettings
  const text = (value?: string | number): string => String(value ?? "")
  return {
    ...emptyForm("", device.kind),
    zone: device.zone ?? "",
    name: device.name,
    layout: LAYOUTS.find((one) => one === layout) ?? "auto",
    counter: text(counter),
    screenInch: text(screen_inch),
    farthestSeat: text(farthest_seat_m),
    printer: printer?.kind ?? "none",
    host: text(printer?.host),
    port: text(printer?.port ?? 9100),
    agent: text(printer?.device),
    width: printer?.width_mm === 58 ? "58" : "80",
    dots: HEADS.find((one) => one === text(printer?.dots ?? "")) ?? "",
    margin: text(margin),
  }
}

interface KeptSettings {
  layout?: string
  counter?: string
  screen_inch?: number
  farthest_seat_m?: number
  margin?: number
  printer?: {
    kind: (typeof PRINTERS)[number]
    host?: string
    port?: number
    device?: number
    width_mm?: number
    dots?: number | null
  }
}

/** "483920" of "483 920", "483-920" or full-width digits. */
export function plainCode(code: string): string {
  return code.normalize("NFKC").replace(/[\s-]/g, "")
}

/** The first field that keeps the form from being sent; null when it may go. */
export function wrongField(form: PairingForm): WrongField | null {
  return /^\d{4,8}$/.test(plainCode(form.code)) ? wrongSetting(form) : "code"
}

/** The same without the code, which a device that is already let in needs no more. */
export function wrongSetting(form: PairingForm): WrongField | null {
  if (form.kind === "display" && form.layout === "counter-sign" && !form.counter) return "counter"
  if (form.kind !== "kiosk") return null
  if (form.printer === "network" && !form.host.trim()) return "host"
  if (form.printer === "network" && !isPort(form.port)) return "port"
  return form.printer === "agent" && !form.agent ? "agent" : null
}

/** The body of POST /pairings/{code}/confirm. */
export function confirmBody(form: PairingForm, hall: string): Record<string, unknown> {
  const body: Record<string, unknown> = { hall, settings: settingsOf(form) }
  if (form.zone) body.zone = form.zone
  if (form.name.trim()) body.name = form.name.trim()
  return body
}

/** Codes that the hall has (any more): what a device was told of others is dropped with the next change of it. */
function standing(name: string, value: unknown, hall: Hall): unknown {
  const has = (all: readonly { code: string }[], code: string): boolean => all.some((one) => one.code === code)
  if (name === "zones" && Array.isArray(value)) return value.filter((code) => has(hall.zones, String(code)))
  if (name !== "directions" || typeof value !== "object" || value === null) return value
  const { zones = {}, counters = {} } = value as Directions
  const kept = (all: readonly { code: string }[], ways: Record<string, Direction>): Record<string, Direction> =>
    fromEntries(Object.entries(ways).filter(([code]) => has(all, code)))
  return { zones: kept(hall.zones, zones), counters: kept(hall.counters, counters) }
}

/** The body of PATCH /devices/{id}; what the form does not know of (a direction, a volume) stays as it was. */
export function changeBody(form: PairingForm, device: SeenDevice, hall: Hall): Record<string, unknown> {
  const known = ["layout", "counter", "screen_inch", "farthest_seat_m", "margin", "printer"]
  const others = Object.entries(device.settings ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => [name, standing(name, value, hall)] as [string, unknown])
  return {
    name: form.name.trim() || device.name,
    zone: form.zone || null,
    settings: { ...fromEntries(others), ...settingsOf(form) },
  }
}

function settingsOf(form: PairingForm): Record<string, unknown> {
  if (form.kind === "display") return displaySettings(form)
  if (form.kind === "kiosk") return { printer: printerSettings(form) }
  return {}
}

function displaySettings(form: PairingForm): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  if (form.layout !== "auto") settings.layout = form.layout
  if (form.layout === "counter-sign") settings.counter = form.counter
  if (Number(form.screenInch) > 0) settings.screen_inch = Number(form.screenInch)
  if (Number(form.farthestSeat) > 0) settings.farthest_seat_m = Number(form.farthestSeat)
  if (Number(form.margin) > 0 && Number(form.margin) <= 10) settings.margin = Number(form.margin)
  return settings
}

function printerSettings(form: PairingForm): Record<string, unknown> {
  const paper = { width_mm: Number(form.width), ...(form.dots ? { dots: Number(form.dots) } : {}) }
  switch (form.printer) {
    case "network":
      return { kind: "network", host: form.host.trim(), port: Number(form.port), ...paper }
    case "agent":
      return { kind: "agent", device: asId(form.agent), ...paper }
    case "file":
      return { kind: "file", ...paper }
    default:
      return { kind: "none" }
  }
}

const isPort = (port: string): boolean => /^\d+$/.test(port.trim()) && Number(port) > 0 && Number(port) < 65_536
const asId = (id: string): string | number => (/^\d+$/.test(id) ? Number(id) : id)
