/** Booking by phone: the days and slots of a service, and an appointment by its token. */
import { api, type CallOptions } from "../../web/api"
import { forDates, locale, spoken } from "../../web/i18n"
import type { Appointment, Hall, Service, Slot, VisitorTicket } from "../../web/types"
import { fromEntries } from "../../web/records"

const ANONYMOUS: CallOptions = { anonymous: true }

export interface Wish {
  service: string
  start: string
  status: string | null
  name: string
  phone: string
  email: string
  id_number: string
}

export const readHall = (hall: string): Promise<Hall> => api.get<Hall>(`/halls/${encodeURIComponent(hall)}`, ANONYMOUS)

/** Why nothing can be booked on a day; null when something can. */
export type NoPlace = "closed" | "past" | "not_yet" | "full" | null

/** The slots of a day; `why` is null too where a server of before says nothing of it. */
export interface DaySlots {
  slots: Slot[]
  why?: NoPlace
}

/** `insteadOf`: the token of an appointment that is to be moved; its own place is free for it. */
export function slotsOf(hall: string, service: string, date: string, insteadOf?: string): Promise<DaySlots> {
  const own = insteadOf === undefined ? "" : `&instead_of=${encodeURIComponent(insteadOf)}`
  const query = `service=${encodeURIComponent(service)}&date=${date}${own}`
  return api.get<DaySlots>(`/halls/${encodeURIComponent(hall)}/slots?${query}`, ANONYMOUS)
}

/** What can be booked on a day. */
export interface BookDay {
  date: string
  free: number
  why?: NoPlace
}

/** The days that can be booked, today first by the hall's clock. */
export async function freeDays(hall: string, service: string): Promise<BookDay[]> {
  const path = `/halls/${encodeURIComponent(hall)}/slots/days?service=${encodeURIComponent(service)}`
  return (await api.get<{ days: BookDay[] }>(path, ANONYMOUS)).days
}

export type Half = "morning" | "afternoon" | "evening"

/** The slots by the halves of the day, by the hall's clock; empty ones are left out. */
export function halvesOf(slots: readonly Slot[]): { half: Half; slots: Slot[] }[] {
  const of = ({ start }: Slot): Half =>
    start.slice(11, 13) < "12" ? "morning" : start.slice(11, 13) < "18" ? "afternoon" : "evening"
  return (["morning", "afternoon", "evening"] as const)
    .map((half) => ({ half, slots: slots.filter((one) => of(one) === half) }))
    .filter((one) => one.slots.length)
}

/** The same `key` never books twice. What was left empty is not sent. */
export function book(hall: string, wish: Wish, key: string): Promise<Appointment> {
  const given = Object.entries(wish).filter(([, value]) => value !== null && value !== "")
  const body = { ...fromEntries(given), language: spoken.value }
  return api.post<Appointment>(`/halls/${encodeURIComponent(hall)}/appointments`, body, {
    ...ANONYMOUS,
    idempotencyKey: key,
  })
}

/** The appointment with that code and phone number, however they are written. */
export const findBooking = (hall: string, code: string, phone: string): Promise<Appointment> =>
  api.post<Appointment>(`/halls/${encodeURIComponent(hall)}/appointments/find`, { code, phone }, ANONYMOUS)

const path = (token: string): string => `/appointments/${encodeURIComponent(token)}`

export const readAppointment = (token: string): Promise<Appointment> => api.get<Appointment>(path(token), ANONYMOUS)
export const cancelAppointment = (token: string): Promise<Appointment> =>
  api.delete<Appointment>(path(token), ANONYMOUS)
export const moveAppointment = (token: string, start: string): Promise<Appointment> =>
  api.patch<Appointment>(path(token), { start }, ANONYMOUS)
export const checkIn = (token: string, key: string): Promise<VisitorTicket> =>
  api.post<VisitorTicket>(`${path(token)}/check-in`, {}, { ...ANONYMOUS, idempotencyKey: key })

export const bookable = (hall: Hall): Service[] => hall.services.filter((service) => service.bookable && service.open)

/** The next `ahead` + 1 days as dates of the hall's zone, today first; `now` in ms. */
export function daysFrom(now: number, ahead: number, timeZone: string): string[] {
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now)
  const noon = Date.parse(`${today}T12:00:00Z`)
  return Array.from({ length: ahead + 1 }, (_, n) => new Date(noon + n * 86_400_000).toISOString().slice(0, 10))
}

/** "24 Nov" of a date such as 2026-11-24. */
export const dayText = (date: string): string => partsOf(date, { month: "short", day: "numeric" })
/** "Tue" of the same. */
export const weekdayText = (date: string): string => partsOf(date, { weekday: "short" })

/** "Tue 24 Nov", "11月24日周二": a date inside a sentence. */
export const dateText = (date: string): string =>
  locale.value === "en" ? `${weekdayText(date)} ${dayText(date)}` : `${dayText(date)}${weekdayText(date)}`

function partsOf(date: string, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(forDates.value, { ...parts, timeZone: "UTC" }).format(new Date(`${date}T12:00:00Z`))
}

/** The free slots nearest to one that was just taken: at most three, in their order. */
export function nearest(slots: readonly Slot[], start: string): Slot[] {
  const at = Date.parse(start)
  const free = slots.filter((slot) => slot.free > 0 && slot.start !== start)
  const near = [...free]
    .sort((a, b) => Math.abs(Date.parse(a.start) - at) - Math.abs(Date.parse(b.start) - at))
    .slice(0, 3)
  return near.sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
}

/** What the form still lacks for this hall: the name of a field, null when it can be sent. */
export function lacking(hall: Hall, wish: Wish): "phone" | "id_number" | null {
  const asked = hall.limits?.identify ?? "none"
  if (asked === "phone" && !wish.phone && !wish.id_number) return "phone"
  return asked === "id" && !wish.id_number ? "id_number" : null
}
