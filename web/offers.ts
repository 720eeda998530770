/**
 * What a hall's stream does not carry of its services: whether each gives a number now, why not, and what is left of it.
 * `GET /halls/{hall}` tells it; here stands when to ask again, and how the answer joins the services of the stream.
 */
import type { HallEvent, Service } from "./types"

const OPENINGS = ["hall_opened", "hall_closed", "day_ended"]
const REFUSALS = [
  "service_closed",
  "unknown_service",
  "taking_ended",
  "quota_used",
  "phone_full",
  "hall_closed",
  "channel_closed",
]

/** Whether the offers may be others after this event; `asked` are the services as they were told last. */
export function movesOffers(event: HallEvent, asked: readonly Service[]): boolean {
  if (event.hall_config !== undefined || OPENINGS.includes(event.kind) || event.kind.startsWith("appointment_"))
    return true
  return (
    event.kind === "ticket_issued" &&
    asked.some((one) => one.code === event.ticket?.service && typeof one.remaining === "number")
  )
}

/** A refusal that says: the list in sight is not true any more. */
export const isOutdated = (code: string): boolean => REFUSALS.includes(code)

/** The services of the stream as they can be had now. */
export function withOffers(services: readonly Service[], asked: readonly Service[]): Service[] {
  return services.map((service) => {
    const now = asked.find((one) => one.code === service.code)
    const refused = service.open ? (now?.refused ?? null) : "service_closed"
    return { ...service, open: refused === null, refused, remaining: now?.remaining ?? null, until: now?.until ?? null }
  })
}

/** `ask`, never twice at once, so that no old answer follows a newer one; asked while it runs, it runs once more. */
export function oneAtATime(ask: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  async function run(): Promise<void> {
    do {
      again = false
      await ask()
    } while (again)
    running = null
  }
  return () => {
    again = running !== null
    return (running ??= run())
  }
}
