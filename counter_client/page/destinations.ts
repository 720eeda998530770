/** Where a ticket can be sent from a counter: the other queues, and the other counters. Pure. */
import { textOf } from "../../web/i18n"
import type { StaffCounter, StaffSnapshot, StaffTicket } from "../../web/types"
import { typeName } from "./acts"
import { t } from "./messages"

/** `manned`: whether somebody is on duty there. */
export interface Destination {
  code: string
  about: string
  manned: boolean
}
export interface DestinationGroup {
  kind: "queues" | "counters"
  places: Destination[]
}

/** Both groups, narrowed to what fits `filter` (a name, a code or a prefix); empty groups are left out. */
export function destinations(
  snapshot: StaffSnapshot,
  here: string,
  ticket: StaffTicket | null,
  filter: string,
): DestinationGroup[] {
  const { hall, waiting, counters } = snapshot
  const wanted = filter.trim().toLowerCase()
  const fits = (...words: string[]): boolean => words.some((text) => contains(text.toLowerCase(), wanted))
  const queues = hall.counter_types
    .filter(
      (type) => type.code !== ticket?.counter_type && fits(type.code, type.prefix, type.name.en, type.name["zh-CN"]),
    )
    .map((type) => ({
      code: type.code,
      about: t("waitingN", { n: waiting.by_type[type.code] ?? 0 }),
      manned: isServed(snapshot, type.code),
    }))
  const others = counters
    .filter(
      (counter) =>
        counter.code !== here && fits(counter.code, counter.name.en, counter.name["zh-CN"], counter.clerk?.name ?? ""),
    )
    .map((counter) => ({
      code: counter.code,
      about: aboutCounter(snapshot, counter),
      manned: counter.state !== "closed",
    }))
  others.sort((a, b) => Number(b.manned) - Number(a.manned))
  const groups: DestinationGroup[] = [
    { kind: "queues", places: queues },
    { kind: "counters", places: others },
  ]
  return groups.filter((group) => group.places.length)
}

function isServed({ hall, counters }: StaffSnapshot, type: string): boolean {
  const open = counters.filter((counter) => counter.state !== "closed").map((counter) => counter.code)
  return hall.counters.some((one) => open.includes(one.code) && [...one.counter_types, ...one.fallbacks].includes(type))
}

/** Whether a name has what was typed; of Chinese the characters in their order will do (社保 finds 社会保险). */
function contains(name: string, wanted: string): boolean {
  if (name.includes(wanted)) return true
  if (/[\x20-\x7e]/.test(wanted)) return false
  let at = -1
  return [...wanted].every((letter) => (at = name.indexOf(letter, at + 1)) >= 0)
}

function aboutCounter({ hall }: StaffSnapshot, counter: StaffCounter): string {
  const types = hall.counters.find((one) => one.code === counter.code)?.counter_types ?? []
  const serves = types.map((type) => typeName(hall, type)).join(t("comma"))
  const who = counter.clerk
    ? t("whoState", { clerk: counter.clerk.name, state: t(`state_${counter.state}`) })
    : t("state_closed")
  return [who, serves || textOf(counter.name)].join(" · ")
}
