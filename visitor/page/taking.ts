/** Taking a number by phone: the halls that allow it, their services with the queue before each, and the ticket. */
import { api } from "../../web/api"
import { spoken } from "../../web/i18n"
import { withOffers } from "../../web/offers"
import type { Hall, Named, PublicSnapshot, Range, Service, VisitorTicket } from "../../web/types"

const PHONE = "phone"
const ANONYMOUS = { anonymous: true }

export interface Offer {
  service: Service
  waiting: number
  expected: Range | null
}

export const listHalls = async (): Promise<Named[]> => (await api.get<{ halls: Named[] }>("/halls", ANONYMOUS)).halls

/** A hall's board, its services as they can be had now. */
export interface Looked {
  board: PublicSnapshot
  /** Of the board, for the next question. */
  tag: string | null
  /** The server's clock minus the phone's (ms). */
  ahead: number
}

/** Look at a hall; null when nothing has changed since the board that has the tag. */
export async function readBoard(hall: string, tag: string | null = null): Promise<Looked | null> {
  const path = `/halls/${encodeURIComponent(hall)}`
  const { body: board, tag: fresh } = await api.poll<PublicSnapshot>(`${path}/board`, tag, ANONYMOUS)
  if (board === null) return null
  const shown = await api.get<Hall>(path, ANONYMOUS)
  const ahead = shown.time ? Date.parse(shown.time) - Date.now() : 0
  return {
    board: { ...board, hall: { ...board.hall, services: withOffers(board.hall.services, shown.services) } },
    tag: fresh,
    ahead,
  }
}

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

/** What a number may need beside its service. */
export interface Extras {
  services: string[]
  mode: "sequence" | "parallel"
  status: string | null
  phone: string
  id_number: string
}

/** The same `key` never gives two numbers, however often the button or the network repeats it. */
export function takeNumber(
  hall: string,
  service: string,
  key: string,
  extras?: Extras,
  place?: [number, number] | null,
): Promise<VisitorTicket> {
  const body: Record<string, unknown> = { service, language: spoken.value }
  if (extras?.services.length) Object.assign(body, { services: extras.services, mode: extras.mode })
  for (const name of ["status", "phone", "id_number"] as const) if (extras?.[name]) body[name] = extras[name]
  if (place) body.place = place
  return api.post<VisitorTicket>(`/halls/${encodeURIComponent(hall)}/tickets`, body, {
    ...ANONYMOUS,
    idempotencyKey: key,
  })
}

/** Where the phone is, where the hall asks for it; null when the browser tells nothing, as over plain HTTP. */
export function positionFor(hall: Hall): Promise<[number, number] | null> {
  if (!hall.limits?.phone_metres || !navigator.geolocation || !isSecureContext) return Promise.resolve(null)
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve([coords.latitude, coords.longitude]),
      () => resolve(null),
      { timeout: 8_000, maximumAge: 60_000 },
    )
  })
}
