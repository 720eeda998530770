/** What the first page offers: services as tiles, in groups when there are more than one page of them. Pure. */
import { fromEntries } from "../../web/records"
import { found } from "../../web/search"
import type { Hall, PublicSnapshot, Range, Service, Stopped, Text } from "../../web/types"

export interface Tile {
  key: string
  name: Text
  /** A group opens; a service is taken. */
  kind: "group" | "service"
  open: boolean
  /** Why a service gives no number now, as the server says it. */
  refused: string | null
  /** Until when a service is stopped by hand; null when it is not. */
  stopped?: Stopped | null
  /** The number in hand is for it already. */
  taken: boolean
  /** Of a service: who waits in its queue; of a group: how many services it has. */
  count: number
  expected: Range | null
  /** Nobody is on duty for it. */
  unmanned: boolean
  /** Of a group: three of its services. */
  examples: Text | null
}

/** So many fit on one page; more are in groups, and can be searched. */
export const SERVICES_WITHOUT_GROUPS = 12
const EXAMPLES = 3

/** Whether there are too many services to be seen at once, so that they are found by letters. */
export const isSearched = ({ hall }: PublicSnapshot): boolean => hall.services.length > SERVICES_WITHOUT_GROUPS

/** The services that were typed as tiles, the likeliest first. */
export function foundTiles(snapshot: PublicSnapshot, typed: string, has: string[] = []): Tile[] {
  return found(snapshot.hall.services, typed).map((service) => ({
    ...serviceTile(snapshot, service),
    taken: has.includes(service.code),
  }))
}

/** The keys that lead on from what was typed to a service. */
export function nextKeys(snapshot: PublicSnapshot, typed: string): Set<string> {
  return new Set(KEYS.filter((key) => found(snapshot.hall.services, typed + key).length > 0))
}

export const KEYS = "abcdefghijklmnopqrstuvwxyz0123456789".split("")

/** Whether somebody may come who has booked. */
export const canBeBooked = (snapshot: PublicSnapshot): boolean =>
  snapshot.hall.services.some((service) => service.bookable)

/** The tiles of the first level (`group` null) or of one group; `has` are the services of the number in hand. */
export function tiles(snapshot: PublicSnapshot, group: string | null, has: string[] = []): Tile[] {
  return offered(snapshot, group).map((tile) => ({ ...tile, taken: tile.kind === "service" && has.includes(tile.key) }))
}

function offered(snapshot: PublicSnapshot, group: string | null): Tile[] {
  const { hall } = snapshot
  if (group !== null) return inGroup(hall, group).map((service) => serviceTile(snapshot, service))
  if (hall.services.length <= SERVICES_WITHOUT_GROUPS)
    return hall.services.map((service) => serviceTile(snapshot, service))
  const grouped = hall.groups.flatMap((one) => groupTile(snapshot, one.code, one.name))
  const known = new Set(hall.groups.map((one) => one.code))
  const alone = hall.services.filter((service) => service.group === null || !known.has(service.group))
  return [...grouped, ...alone.map((service) => serviceTile(snapshot, service))]
}

/** Known before the server was away, and true for the rest of the day. */
const LASTING = ["quota_used", "taking_ended"]

/** Whether a service was stopped by hand, as far as is known, and is so at a moment (ms): then no number of it is given. */
export const isStopped = ({ open, stopped }: Service, now: number): boolean =>
  !open && !(stopped?.until && Date.parse(stopped.until) <= now)

/**
 * The services that give a number of the machine's own reserve. A stop holds on, whatever the reserve has; of other
 * reasons only those stay that last (`asked`: the services as the server told them last).
 */
export function withReserve(
  snapshot: PublicSnapshot,
  gives: (service: string) => boolean,
  now: number,
  asked: readonly Service[] = [],
): PublicSnapshot {
  const refusedOf = (one: Service): string | null => {
    if (isStopped(one, now)) return "service_closed"
    if (gives(one.code)) return null
    const before = asked.find((other) => other.code === one.code)?.refused
    return before && LASTING.includes(before) ? before : "away"
  }
  const services = snapshot.hall.services.map((one) => ({
    ...one,
    open: refusedOf(one) === null,
    refused: refusedOf(one),
  }))
  const statuses = snapshot.hall.statuses.filter((one) => one.proof_rule !== "shown")
  return { ...snapshot, hall: { ...snapshot.hall, services, statuses } }
}

/** The tiles of a page, and how many pages there are. `size` tiles fit on one; all pages are about equally full. */
export function pageOf<T>(all: T[], page: number, size: number): { shown: T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const at = Math.min(Math.max(0, page), pages - 1)
  const each = Math.ceil(all.length / pages)
  return { shown: all.slice(at * each, at * each + each), page: at, pages }
}

/** The wait of a newcomer when even its lower end is over what the hall means to keep; null when it is not. */
export function longWait(snapshot: PublicSnapshot, service: Service): Range | null {
  const range = snapshot.expected[service.counter_type]
  const target = snapshot.hall.policy?.target
  return range && typeof target === "number" && range.low > target ? range : null
}

/**
 * Whether the visitor is asked for a status: only where the hall has some and it changes the order, which it does
 * not when nobody waits and a counter for the service is open.
 */
export function statusMatters(snapshot: PublicSnapshot, service: Service): boolean {
  if (snapshot.hall.statuses.length === 0) return false
  return (snapshot.waiting[service.counter_type] ?? 0) > 0 || !isServed(snapshot, service.counter_type)
}

function isServed(snapshot: PublicSnapshot, counterType: string): boolean {
  const open = new Set(snapshot.counters.filter((counter) => counter.state === "open").map((counter) => counter.code))
  return snapshot.hall.counters.some(
    (counter) => open.has(counter.code) && [...counter.counter_types, ...counter.fallbacks].includes(counterType),
  )
}

const inGroup = (hall: Hall, group: string): Service[] => hall.services.filter((service) => service.group === group)

/** A group of one service is that service: a page with one tile asks for nothing. */
function groupTile(snapshot: PublicSnapshot, code: string, name: Text): Tile[] {
  const services = inGroup(snapshot.hall, code)
  if (services.length === 0) return []
  if (services.length === 1) return [serviceTile(snapshot, services[0]!)]
  const open = services.some((service) => service.open)
  return [
    {
      key: code,
      name,
      kind: "group",
      open,
      refused: null,
      taken: false,
      count: services.length,
      expected: null,
      unmanned: false,
      examples: examplesOf(services),
    },
  ]
}

function examplesOf(services: Service[]): Text {
  const names = services.slice(0, EXAMPLES).map((one) => one.name)
  const others = [...new Set(names.flatMap((one) => Object.keys(one)))].filter((code) => code !== "zh-CN")
  const inOther = (code: string): string =>
    names.map((one) => (one as Record<string, string>)[code] ?? one.en).join(", ")
  return {
    ...fromEntries(others.map((code) => [code, inOther(code)])),
    "zh-CN": names.map((one) => one["zh-CN"]).join("、"),
    en: inOther("en"),
  }
}

function serviceTile(snapshot: PublicSnapshot, service: Service): Tile {
  return {
    key: service.code,
    name: service.name,
    kind: "service",
    open: service.open,
    refused: service.refused ?? null,
    stopped: service.stopped ?? null,
    taken: false,
    count: snapshot.waiting[service.counter_type] ?? 0,
    expected: snapshot.expected[service.counter_type] ?? null,
    unmanned: snapshot.expected[service.counter_type] === null,
    examples: null,
  }
}
