/** What this screen was told about itself: the address first, then the device's settings, then the hall's. */
import type { Directions, Hall } from "../../web/types"

export interface ScreenSettings {
  /** A layout's name, a layout of the hall's own, or nothing. */
  layout: unknown
  /** The counter of a counter sign. */
  counter: string | null
  /** Zones whose calls are shown; empty: all. */
  zones: string[]
  /** Where people go from this screen. */
  directions: Directions
  screenInch: number
  farthestSeatM: number
  /** Percent of the screen that stays empty at each edge, for televisions that cut it off. */
  margin?: number
  /** zh-CN, en, or the code of a language that the hall may have added. */
  language: string
  /** 0..1, on top of the volume that each announcement brings. */
  volume: number
  sound: "on" | "muted" | "off"
}

export interface SettingSources {
  query: URLSearchParams
  device: Record<string, unknown>
  hall: Pick<Hall, "display"> | null
  zone: string | null
}

export function screenSettings({ query, device, hall, zone }: SettingSources): ScreenSettings {
  const told = (name: string): unknown[] => [query.get(name), device[name]]
  const ofHall: Partial<Hall["display"]> = hall?.display ?? {}
  return {
    layout: first([...told("layout"), ofHall.layout]),
    counter: asText(first(told("counter"))),
    zones: asZones(first([...told("zones"), ...told("zone"), zone])),
    directions: asDirections(device.directions),
    screenInch: firstNumber([...told("screen_inch"), ofHall.screen_inch], { least: 5, most: 500, otherwise: 55 }),
    farthestSeatM: firstNumber([...told("farthest_seat_m"), ofHall.farthest_seat_m], {
      least: 0.5,
      most: 100,
      otherwise: 8,
    }),
    margin: firstNumber(told("margin"), { least: 0, most: 10, otherwise: 0 }) || undefined,
    language: asLanguage(String(first([...told("lang"), device.language]))),
    volume: firstNumber(told("volume"), { least: 0, most: 1, otherwise: 1 }),
    sound: asSound(first(told("sound"))),
  }
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== ""

function first(values: unknown[]): unknown {
  return values.filter(isSaid)[0]
}

/** The first that is a number within bounds: one wrong setting does not hide the next that is right. */
function firstNumber(
  values: unknown[],
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const good = values
    .filter(isSaid)
    .map(Number)
    .filter((number) => number >= least && number <= most)
  return good[0] ?? otherwise
}

function asText(value: unknown): string | null {
  return isSaid(value) ? String(value) : null
}

function asZones(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? "").split(",")
  return list.map((code) => code.trim()).filter((code) => code !== "")
}

function asDirections(value: unknown): Directions {
  return typeof value === "object" && value !== null ? value : {}
}

function asLanguage(code: string): string {
  if (/^en/i.test(code)) return "en"
  return /^[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2})?$/i.test(code) && !/^zh(-cn)?$/i.test(code) ? code : "zh-CN"
}

function asSound(value: unknown): ScreenSettings["sound"] {
  return value === "off" || value === "muted" ? value : "on"
}

/** Percent of the height above and below (padding in percent is of the width everywhere). */
export const marginOf = (percent = 0): Record<string, string> =>
  percent > 0 ? { padding: `${percent}vh ${percent}vw` } : {}
