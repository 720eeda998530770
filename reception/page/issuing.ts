/** What the desk asks of the server, and what it still lacks before it asks. */
import { api, requestId } from "../../web/api"
import { fromEntries } from "../../web/records"
import type { Hall, Language, Range, Slot, StaffTicket, VisitorTicket } from "../../web/types"
import type { HandTicket } from "./byHand"

export interface Reach {
  name: string
  phone: string
  email: string
  idNumber: string
  /** Why staff give what a limit of persons refused: a couple with one phone. */
  despite: string
}

/** What a word of staff lifts. */
export const PERSON_LIMITS: readonly string[] = ["live_ticket", "person_limit", "one_per_day", "banned"]

export interface Wish extends Reach {
  services: string[]
  mode: "sequence" | "parallel"
  status: string | null
  quantity: number
  /** In which the number is called and printed; null: the hall's first. */
  language: Language | null
}

export interface Printer {
  device: number
  name: string
}

/** An appointment as staff see it. */
export interface Booked {
  id: number
  code: string
  service: string
  service_name: { "zh-CN": string; en: string }
  start: string
  end: string
  state: "booked" | "checked_in" | "late" | "cancelled" | "missed"
  contact: Partial<Record<"name" | "phone" | "email", string>> | null
  /** Why a change of the hall closed its time; null while it stands. */
  hit?: string | null
}

export const nobody = (): Reach => ({ name: "", phone: "", email: "", idNumber: "", despite: "" })
export const emptyWish = (): Wish => ({
  services: [],
  mode: "sequence",
  status: null,
  quantity: 1,
  language: null,
  ...nobody(),
})

/** Why no ticket can be issued yet; null when it can. */
export function lacking(
  hall: Hall,
  wish: Wish,
): "issueNothing" | "hallClosed" | "channelOff" | "contactNeeded_phone" | "contactNeeded_id" | null {
  if (!hall.open) return "hallClosed"
  if (!hall.channels.includes("reception")) return "channelOff"
  if (wish.services.length === 0) return "issueNothing"
  return unreachable(hall, wish)
}

/** What of the visitor the hall asks for and was not given. */
export function unreachable(hall: Hall, reach: Reach): "contactNeeded_phone" | "contactNeeded_id" | null {
  const identify = hall.limits?.identify ?? "none"
  if (identify === "id" && !reach.idNumber.trim()) return "contactNeeded_id"
  return identify === "phone" && !reach.phone.trim() && !reach.idNumber.trim() ? "contactNeeded_phone" : null
}

/** The body of POST /halls/{hall}/tickets: only what was said; the server refuses a quantity that is none. */
export function bodyOf(wish: Wish): Record<string, unknown> {
  const [service, ...services] = wish.services
  return {
    service,
    ...(services.length ? { services, mode: wish.mode } : {}),
    ...(wish.status ? { status: wish.status } : {}),
    ...(wish.language ? { language: wish.language } : {}),
    ...(wish.quantity !== 1 ? { quantity: wish.quantity } : {}),
    ...reachOf(wish),
  }
}

export function reachOf(reach: Reach): Record<string, string> {
  const given = {
    name: reach.name.trim(),
    phone: reach.phone.trim(),
    email: reach.email.trim(),
    id_number: reach.idNumber.trim(),
    despite: reach.despite.trim(),
  }
  return fromEntries(Object.entries(given).filter(([, value]) => value !== ""))
}

const at = (hall: string): string => `/halls/${encodeURIComponent(hall)}`
const once = (): { idempotencyKey: string } => ({ idempotencyKey: requestId() })
const numberAt = (hall: string, number: string): string => `${at(hall)}/tickets/${encodeURIComponent(number)}`

export interface Desk {
  hall(hall: string): Promise<Hall>
  board(hall: string): Promise<{ expected: Record<string, Range | null> }>
  printers(hall: string): Promise<Printer[]>
  issue(hall: string, wish: Wish, key: string): Promise<VisitorTicket>
  find(hall: string, q: string): Promise<StaffTicket[]>
  print(hall: string, number: string, device: number): Promise<unknown>
  bringBack(hall: string, number: string): Promise<unknown>
  checkIn(hall: string, body: { code: string } | { name: string; digits: string }): Promise<VisitorTicket>
  appointments(hall: string, date: string): Promise<Booked[]>
  /** Those that a change of the hall hit and about which nobody decided. */
  hit(hall: string): Promise<Booked[]>
  keep(hall: string, id: number): Promise<unknown>
  /** `moved`: the id of an appointment that gets another time. */
  slots(hall: string, service: string, date: string, moved?: number): Promise<Slot[]>
  book(
    hall: string,
    service: string,
    start: string,
    reach: Reach,
  ): Promise<{ code: string; url: string; start: string }>
  move(hall: string, id: number, start: string): Promise<unknown>
  cancel(hall: string, id: number): Promise<unknown>
  byHand(hall: string, tickets: HandTicket[], key: string, reason?: string): Promise<{ numbers: string[] }>
}

/** The calls of the desk; each may raise ApiError. */
export const desk: Desk = {
  hall: (hall: string) => api.get<Hall>(at(hall)),
  board: (hall: string) => api.get<{ expected: Record<string, Range | null> }>(`${at(hall)}/board`),
  printers: async (hall: string) => (await api.get<{ printers: Printer[] }>(`${at(hall)}/printers`)).printers,
  issue: (hall: string, wish: Wish, key: string) =>
    api.post<VisitorTicket>(`${at(hall)}/tickets`, bodyOf(wish), { idempotencyKey: key }),
  find: async (hall: string, q: string) =>
    (await api.get<{ tickets: StaffTicket[] }>(`${at(hall)}/tickets?q=${encodeURIComponent(q)}`)).tickets,
  print: (hall: string, number: string, device: number) =>
    api.post(`${numberAt(hall, number)}/print`, { device }, once()),
  bringBack: (hall: string, number: string) => api.post(`${numberAt(hall, number)}/return`, {}, once()),
  checkIn: (hall: string, body: { code: string } | { name: string; digits: string }) =>
    api.post<VisitorTicket>(`${at(hall)}/check-in`, body, once()),
  appointments: async (hall: string, date: string) =>
    (await api.get<{ appointments: Booked[] }>(`${at(hall)}/appointments?date=${date}`)).appointments,
  hit: async (hall: string) => (await api.get<{ appointments: Booked[] }>(`${at(hall)}/appointments/hit`)).appointments,
  keep: (hall: string, id: number) => api.post(`${at(hall)}/appointments/${id}/keep`, {}, once()),
  slots: async (hall: string, service: string, date: string, moved?: number) =>
    (
      await api.get<{ slots: Slot[] }>(
        `${at(hall)}/slots?service=${encodeURIComponent(service)}&date=${date}${moved === undefined ? "" : `&instead_of=${moved}`}`,
      )
    ).slots,
  book: (hall: string, service: string, start: string, reach: Reach) =>
    api.post<{ code: string; url: string; start: string }>(
      `${at(hall)}/appointments`,
      { service, start, ...reachOf(reach) },
      once(),
    ),
  move: (hall: string, id: number, start: string) => api.patch(`${at(hall)}/appointments/${id}`, { start }, once()),
  byHand: (hall: string, tickets: HandTicket[], key: string, reason?: string) =>
    api.post<{ numbers: string[] }>(
      `${at(hall)}/tickets/by-hand`,
      { tickets, ...(reason ? { reason } : {}) },
      { idempotencyKey: key },
    ),
  cancel: (hall: string, id: number) => api.delete(`${at(hall)}/appointments/${id}`, once()),
}
