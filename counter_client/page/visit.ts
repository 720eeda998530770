/** A visit of several services at the counter: what is left of it, and what can be added. Pure. */
import { textOf } from "../../web/i18n"
import type { Hall, Service, StaffTicket, VisitStep } from "../../web/types"
import { t } from "./messages"

export const MOST_SERVICES = 8

const nameOf = (hall: Hall, code: string): string =>
  textOf(hall.services.find((one) => one.code === code)?.name) || code

/** The steps of a visit that still count; none for a ticket with one service. */
export const stepsOf = (ticket: StaffTicket): VisitStep[] =>
  (ticket.steps ?? []).filter((step) => step.state !== "dropped")

/** What is not done yet beside the present service. */
export const leftOf = (ticket: StaffTicket): VisitStep[] =>
  stepsOf(ticket).filter((step) => step.state !== "done" && step.service !== ticket.service)

/** Codes of the services that the ticket waits for once the present one is done: all that are open, or the next one. */
export function nextServices(ticket: StaffTicket): string[] {
  const left = leftOf(ticket)
  const open = left.filter((step) => step.state === "open")
  return (open.length ? open : left.slice(0, 1)).map((step) => step.service)
}

/** The service of a visit that this counter can go on with at once; null when somebody else must. */
export function nextHere(hall: Hall, counter: string, ticket: StaffTicket): string | null {
  const place = hall.counters.find((one) => one.code === counter)
  const serves = place ? [...place.counter_types, ...place.fallbacks] : []
  const types = new Map(leftOf(ticket).map((step) => [step.service, step.counter_type]))
  return nextServices(ticket).find((service) => serves.includes(types.get(service) ?? "")) ?? null
}

/** "A013 goes on to Tax"; "" when nothing is left. */
export function goesOn(hall: Hall, ticket: StaffTicket): string {
  const services = nextServices(ticket)
  return services.length ? onwardText(hall, ticket.number, services) : ""
}

export function onwardText(hall: Hall, number: string, services: string[]): string {
  return t("goesOn", { number, services: services.map((code) => nameOf(hall, code)).join(t("or")) })
}

/** Where the visitor was before: "Pensions, counter 3", or the queue that a transfer came from. */
export function cameFrom(hall: Hall, ticket: StaffTicket): string {
  const done = stepsOf(ticket).filter((step) => step.state === "done")
  const last = done[done.length - 1]
  if (last) return t("doneAt", { service: nameOf(hall, last.service), counter: last.counter ?? "–" })
  return textOf(hall.counter_types.find((one) => one.code === ticket.came_from)?.name) || (ticket.came_from ?? "")
}

/** The services that can be added (one that is done may be needed again), narrowed to what fits `filter` (a name, a code, a prefix). */
export function addable(hall: Hall, ticket: StaffTicket, filter: string): Service[] {
  const has = new Set([ticket.service, ...leftOf(ticket).map((step) => step.service)])
  const wanted = filter.trim().toLowerCase()
  return hall.services.filter((one) => one.open && !has.has(one.code) && fits(hall, one, wanted))
}

function fits(hall: Hall, service: Service, wanted: string): boolean {
  const type = hall.counter_types.find((one) => one.code === service.counter_type)
  const words = [
    service.code,
    service.name.en,
    service.name["zh-CN"],
    type?.prefix ?? "",
    type?.name.en ?? "",
    type?.name["zh-CN"] ?? "",
  ]
  return words.some((text) => text.toLowerCase().includes(wanted))
}

/** A time so many minutes before now is one of the coming morning. */
const EVENING = 16 * 60

/** What a time of the hall's clock ("14:30", "1430", "9.05") means: today's, which may have passed; null for no time. */
export function momentOf(time: string, now: number, timeZone: string): number | null {
  const parts = /^(\d{1,2})[:.：]?(\d\d)$/.exec(time.trim())
  const [hours, minutes] = [Number(parts?.[1]), Number(parts?.[2])]
  if (!parts || hours > 23 || minutes > 59) return null
  const shown = clockParts(now, timeZone)
  const ahead = (hours - shown.hours) * 60 + minutes - shown.minutes
  return now - (now % 60_000) + (ahead < -EVENING ? ahead + 24 * 60 : ahead) * 60_000
}

function clockParts(now: number, timeZone: string): { hours: number; minutes: number } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone,
  }).format(new Date(now))
  const [hours, minutes] = parts.split(":").map(Number) as [number, number]
  return { hours: hours % 24, minutes }
}
