/** What happened to a ticket: asked for when somebody looks, and told in sentences of the console. */
import { shallowRef, watch, type ShallowRef } from "vue"
import { api } from "../../web/api"
import { textOf } from "../../web/i18n"
import type { Contact, Hall, StaffTicket, Text } from "../../web/types"
import { serviceName, typeName } from "./acts"
import { t, word } from "./messages"

export interface TimelineEntry {
  at: string
  kind: string
  service: string | null
  counter: string | null
  by: string | null
  /** The name of the person; null for a device and for the server itself. */
  by_name?: string | null
  details: Record<string, unknown>
}
export interface Whole {
  ticket: StaffTicket
  contact: Contact | null
  timeline: TimelineEntry[]
}

/** Why a ticket was called when it was; an older server does not say. */
export interface Why {
  called: boolean
  /** One of the codes of docs/protocol.md. */
  reason?: string
  manual?: { by: string; reason: string | null } | null
  overtaken_by?: { number: string; sentence: Text }[]
}

/** Who acts when nobody does: the server by itself. */
const NOBODY = ["", "system"]

const pathOf = (hall: string, number: string): string =>
  `/halls/${encodeURIComponent(hall)}/tickets/${encodeURIComponent(number)}`

export const askWhole = (hall: string, number: string): Promise<Whole> => api.get<Whole>(pathOf(hall, number))
export const askWhy = (hall: string, number: string): Promise<Why | null> =>
  api.get<Why>(`${pathOf(hall, number)}/why`).catch(() => null)

/** The masked contact of the present visitor, asked for once for each ticket that has one. */
export function followContact(hall: string, ticket: () => StaffTicket | null): ShallowRef<Contact | null> {
  const contact = shallowRef<Contact | null>(null)
  const asked = (): string | null => (ticket()?.reachable ? ticket()!.number : null)
  watch(
    asked,
    async (number) => {
      contact.value = null
      const whole = number === null ? null : await askWhole(hall, number).catch(() => null)
      if (number === asked()) contact.value = whole?.contact ?? null
    },
    { immediate: true },
  )
  return contact
}

/** "Called to counter 3" */
export function deedText(hall: Hall, line: TimelineEntry): string {
  const { kind, details, counter } = line
  const service = serviceName(hall, String(details.service ?? line.service ?? ""))
  const what =
    kind === "ticket_changed" ? `changed_${String(details.what)}` : details.here ? "line_next_here" : `line_${kind}`
  const params = {
    counter: counter ?? "–",
    service,
    to: placeName(hall, details.to),
    n: Number(details.quantity ?? details.minutes ?? details.stars ?? 0),
  }
  return word(what, word(kind, kind), params)
}

/** What belongs to a line: a reason, a note, the time agreed. */
export function remarksOf(line: TimelineEntry): string[] {
  const { details } = line
  const remarks: string[] = []
  for (const name of ["manual", "reason", "note", "tell"])
    if (typeof details[name] === "string") remarks.push(details[name])
  if (typeof details.because === "string") remarks.push(word(`because_${details.because}`, details.because))
  const at = details.taken ?? details.called
  if (typeof at === "string" && typeof details.entered === "string")
    remarks.push(
      t(details.called ? "bothTimesCalled" : "bothTimes", {
        at: at.slice(11, 16),
        entered: details.entered.slice(11, 16),
      }),
    )
  if (details.place === "front") remarks.push(t("place_front"))
  return remarks
}

/** Why it was its turn; "" when nobody knows (it was not called yet, or by an older version). */
export function whyText(why: Why): string {
  if (!why.reason) return ""
  const said = word(`why_${why.reason}`, why.reason)
  return why.manual?.reason ? t("whyManual", { said, by: why.manual.by, reason: why.manual.reason }) : said
}

export const actorOf = (line: TimelineEntry): string =>
  NOBODY.includes(line.by ?? "") ? "" : (line.by_name ?? word(`by_${line.by}`, line.by ?? ""))

function placeName(hall: Hall, to: unknown): string {
  if (typeof to !== "string") return ""
  if (hall.counter_types.some((one) => one.code === to)) return typeName(hall, to)
  const counter = hall.counters.find((one) => one.code === to)
  return counter ? t("counter", { counter: textOf(counter.name) && counter.code }) : to
}
