/** The appointments that were made or opened on this phone, so that /book finds them again. Nothing is kept where storage is off. */
import type { Appointment } from "../../web/types"

const STORED = "hallcall.visitor.bookings"
const MOST = 20

export interface KeptBooking {
  token: string
  code: string
  start: string
  service: Appointment["service_name"]
}

export function keptBookings(): KeptBooking[] {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "[]") as KeptBooking[]
    return Array.isArray(kept) ? kept.filter((one) => one?.token && one.code && one.start) : []
  } catch {
    return []
  }
}

/** Keep it as it is now, the soonest first; one that is cancelled or was used is forgotten. */
export function keepBooking(one: Appointment): void {
  const others = keptBookings().filter((kept) => kept.token !== one.token)
  const open = one.state === "booked" || one.state === "missed"
  const mine = open ? [{ token: one.token, code: one.code, start: one.start, service: one.service_name }] : []
  store([...others, ...mine])
}

/** Those of today and later, each by the clock of its own hall; `now` in ms. */
export const upcoming = (now: number): KeptBooking[] =>
  keptBookings().filter((one) => {
    const ahead = Date.parse(`${one.start.slice(0, 19)}Z`) - Date.parse(one.start)
    return one.start.slice(0, 10) >= new Date(now + ahead).toISOString().slice(0, 10)
  })

export function forgetBooking(token: string): void {
  store(keptBookings().filter((one) => one.token !== token))
}

function store(all: KeptBooking[]): void {
  try {
    const sorted = all.sort((one, other) => Date.parse(one.start) - Date.parse(other.start))
    localStorage.setItem(STORED, JSON.stringify(sorted.slice(-MOST)))
  } catch {
    /* private browsing: the link stays in the history */
  }
}
