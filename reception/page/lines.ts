/** "How long?" at a glance: what each service is like now. Pure. */
import { atCounters, type AtCounters } from "../../web/atCounters"
import { withOffers } from "../../web/offers"
import { found } from "../../web/search"
import type { Counts, Hall, Range, Service, StaffSnapshot } from "../../web/types"

export interface ServiceLine {
  service: Service
  prefix: string
  waiting: number
  expected: Range | null
  /** Counters on duty that serve it, as their own or as a fallback. */
  counters: AtCounters
  /** Of today's quota; null without one. */
  remaining: number | null
  /** When its last number is given today; null when nothing ends it. */
  until: string | null
  /** Whether a number can be given for it now, and why not. */
  gives: boolean
  refused: string | null
}

/** What the staff's stream does not carry: of GET /halls/{hall} and of the board. */
export interface Extra {
  services: Service[]
  expected: Record<string, Range | null>
}

export function linesOf(snapshot: Pick<StaffSnapshot, "hall" | "waiting" | "counters">, extra: Extra): ServiceLine[] {
  const { hall } = snapshot
  return withOffers(hall.services, extra.services).map((service) => {
    return {
      service,
      prefix: labelOf(hall, service.counter_type),
      waiting: queueOf(snapshot.waiting.by_type, service),
      expected: extra.expected[service.counter_type] ?? null,
      counters: atCounters(hall, snapshot.counters, service.counter_type),
      remaining: service.remaining ?? null,
      until: service.until ?? null,
      gives: service.open,
      refused: service.refused ?? null,
    }
  })
}

/** Those that were typed: by name in any language, pinyin, its initials, the queue's letters, or the code. */
export function matching(lines: ServiceLine[], wanted: string): ServiceLine[] {
  const sought = lines.map((line) => ({
    line,
    name: line.service.name,
    search: line.service.search,
    prefix: line.prefix,
  }))
  const byName = found(sought, wanted).map((one) => one.line)
  const code = wanted.normalize("NFKC").trim().toLowerCase()
  return byName.length
    ? byName
    : lines.filter((line) => [line.service.code, line.prefix].some((one) => one.toLowerCase() === code))
}

function labelOf(hall: Pick<Hall, "counter_types">, code: string): string {
  const type = hall.counter_types.find((one) => one.code === code)
  return type?.label ?? type?.prefix ?? ""
}

const queueOf = (byType: Counts, service: Service): number => byType[service.counter_type] ?? 0
