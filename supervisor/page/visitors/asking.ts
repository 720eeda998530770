/** What the supervisor asks and does about visitors. Each may raise ApiError. */
import { api, requestId } from "../../../web/api"
import type { Hall, Slot } from "../../../web/types"
import type { DayAppointment, ManyTickets, Outbox, WholeTicket, WholeWhy } from "./shapes"

const at = (hall: string, rest: string): string => `/halls/${encodeURIComponent(hall)}${rest}`
const once = (): { idempotencyKey: string } => ({ idempotencyKey: requestId() })

/** "2026-11-23" of a moment (ms) in the hall's zone. */
export function dayOf(now: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now)
}

export const wholeTicket = (hall: string, number: string): Promise<WholeTicket> =>
  api.get(at(hall, `/tickets/${encodeURIComponent(number)}`))
export const wholeWhy = (hall: string, number: string): Promise<WholeWhy> =>
  api.get(at(hall, `/tickets/${encodeURIComponent(number)}/why`))

export async function appointmentsOf(hall: string, date: string): Promise<DayAppointment[]> {
  return (await api.get<{ appointments: DayAppointment[] }>(at(hall, `/appointments?date=${date}`))).appointments
}

/** The places that can still be booked today, over all services. */
export async function freePlaces(hall: Hall, date: string): Promise<number> {
  const bookable = hall.services.filter((one) => one.bookable && one.open)
  const found = await Promise.all(
    bookable.map((one) =>
      api.get<{ slots: Slot[] }>(at(hall.code, `/slots?service=${encodeURIComponent(one.code)}&date=${date}`)),
    ),
  )
  return found.reduce((sum, one) => sum + one.slots.reduce((free, slot) => free + slot.free, 0), 0)
}

export const cancelAppointment = (hall: string, id: number): Promise<unknown> =>
  api.delete(at(hall, `/appointments/${id}`), once())
export const manyTickets = (hall: string): Promise<ManyTickets> => api.get(at(hall, "/persons"))
export const outboxOf = (hall: string): Promise<Outbox> => api.get(at(hall, "/notices"))

/** Until when a service is stopped: the end of today, a time, or without an end. */
export type StopUntil = "today" | string | null

/** Give numbers for a service, or stop until then; `confirm`: although that hits appointments before then. */
export const switchService = (
  hall: string,
  service: string,
  open: boolean,
  until: StopUntil,
  confirm = false,
): Promise<unknown> =>
  api.patch(
    at(hall, `/services/${encodeURIComponent(service)}`),
    { open, ...(open ? {} : { until }), ...(confirm ? { confirm } : {}) },
    once(),
  )

/** A missed or held number waits again, in its old place. */
export const bringBack = (hall: string, number: string, reason: string): Promise<unknown> =>
  api.post(at(hall, `/tickets/${encodeURIComponent(number)}/return`), { reason }, once())

/** `minutes` null: before all others. */
export const moveUp = (hall: string, number: string, minutes: number | null, reason: string): Promise<unknown> =>
  api.post(
    at(hall, `/tickets/${encodeURIComponent(number)}/move-up`),
    minutes === null ? { front: true, reason } : { minutes, reason },
    once(),
  )
