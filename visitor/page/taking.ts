/** Taking a number by phone: the halls that allow it, their services with the queue before each, and the ticket. */
import { api } from "../../web/api"
import { locale } from "../../web/i18n"
import type { Hall, Named, PublicSnapshot, Range, Service, VisitorTicket } from "../../web/types"

const PHONE = "phone"
const ANONYMOUS = { anonymous: true }

export interface Offer {
  service: Service
  waiting: number
  expected: Range | null
}

export const listHalls = async (): Promise<Named[]> => (await api.get<{ halls: Named[] }>("/halls", ANONYMOUS)).halls

export const readBoard = (hall: string): Promise<PublicSnapshot> =>
  api.get<PublicSnapshot>(`/halls/${encodeURIComponent(hall)}/board`, ANONYMOUS)

/** Whether a phone may take a number of this hall at all. */
export const phonesMayTake = (hall: Hall): boolean => hall.channels.indexOf(PHONE) >= 0

/** Every service with how many wait in its queue and how long a newcomer would. */
export function offers(board: PublicSnapshot): Offer[] {
  return board.hall.services.map((service) => ({
    service,
    waiting: board.waiting[service.counter_type] ?? 0,
    expected: board.expected[service.counter_type] ?? null,
  }))
}

/** The same `key` never gives two numbers, however often the button or the network repeats it. */
export const takeNumber = (hall: string, service: string, key: string): Promise<VisitorTicket> =>
  api.post<VisitorTicket>(
    `/halls/${encodeURIComponent(hall)}/tickets`,
    { service, language: locale.value },
    { ...ANONYMOUS, idempotencyKey: key },
  )
