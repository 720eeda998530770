/**
 * The numbers that this machine may give while the server is away, and those it gave that are not handed in yet.
 * Kept in IndexedDB, which outlives a reload and a restart; idb gives it promises that end with the transaction. Each
 * number is taken and its ticket stored in one transaction, so that two tabs never give the same, and every write is
 * "strict": it is on the disk before anybody sees the number.
 */
import type { Text } from "../../web/types"
import { type DBSchema, type IDBPDatabase, openDB } from "idb"

/** The answer of `POST /halls/{hall}/number-blocks`. */
export interface Plan {
  day: string
  /** When the business day ends: from then on these numbers give nothing. */
  until: string
  digits: number
  blocks: { prefix: string; first: number; last: number }[]
  services: { code: string; prefix: string; spans: [string, string][] }[]
  /** What comes before a ticket's token in its address. */
  url: string
  /** What the hall adds to its paper; a server of before this says nothing of it. */
  ticket?: OwnPaper
}

/** The hall's own lines at the foot of a ticket's paper, and its picture at the head (PNG in base64). */
export interface OwnPaper {
  lines: Text[]
  picture: string | null
}

export interface Wanted {
  service: string
  status: string | null
  /** Now, by the server's clock (ms). */
  now: number
  /** The key of the request that was not answered. */
  insteadOf: string | null
  language?: string | null
}

/** A number that was given here; `refused` is why the server did not take it. */
export interface Given {
  hall: string
  day: string
  number: string
  token: string
  service: string
  status: string | null
  taken: string
  instead_of: string | null
  refused: string | null
  /** What the visitor chose at the machine. */
  language?: string
}

export interface Kept {
  plan: Plan
  /** The last serial given of each prefix. */
  used: Record<string, number>
}

interface Shelves extends DBSchema {
  keep: { key: string; value: unknown }
  given: { key: [string, string, string]; value: Given }
}

export interface Reserve {
  /** The name of this store: another one would be given other numbers. */
  keeper(): Promise<string>
  read(): Promise<Kept | null>
  /** Keep what the server has just said; what was used of the same day stays used. */
  keep(plan: Plan): Promise<Kept>
  /** The next number of a service, stored; null when there is none now. */
  take(hall: string, wanted: Wanted): Promise<Given | null>
  given(): Promise<Given[]>
  /** The server has them. */
  handedIn(tickets: Pick<Given, "hall" | "day" | "number">[]): Promise<void>
  refused(ticket: Pick<Given, "hall" | "day" | "number">, code: string): Promise<void>
  close(): Promise<void>
}

const STRICT = { durability: "strict" } as const

/** `machine` tells the machines apart that were paired one after the other in the same browser. */
export function openReserve(machine: string): Reserve {
  const opened = openShelves()
  opened.catch(() => undefined) // each call says it again
  const planKey = `plan ${machine}`
  const keeperKey = `keeper ${machine}`

  async function keeper(): Promise<string> {
    const tx = (await opened).transaction("keep", "readwrite", STRICT)
    const known = (await tx.store.get(keeperKey)) as string | undefined
    const name = known ?? randomToken()
    if (known === undefined) await tx.store.put(name, keeperKey)
    await tx.done
    return name
  }

  async function keep(plan: Plan): Promise<Kept> {
    const tx = (await opened).transaction("keep", "readwrite", STRICT)
    const before = (await tx.store.get(planKey)) as Kept | undefined
    const kept: Kept = { plan, used: before?.plan.day === plan.day ? before.used : {} }
    await tx.store.put(kept, planKey)
    await tx.done
    return kept
  }

  async function take(hall: string, wanted: Wanted): Promise<Given | null> {
    const tx = (await opened).transaction(["keep", "given"], "readwrite", STRICT)
    const kept = (await tx.objectStore("keep").get(planKey)) as Kept | undefined
    const next = kept ? nextOf(kept, wanted.service, wanted.now) : null
    if (!kept || next === null) return null
    const ticket: Given = {
      hall,
      day: kept.plan.day,
      number: next.prefix + String(next.serial).padStart(kept.plan.digits, "0"),
      token: randomToken(),
      service: wanted.service,
      status: wanted.status,
      taken: new Date(wanted.now).toISOString(),
      instead_of: wanted.insteadOf,
      refused: null,
      ...(wanted.language ? { language: wanted.language } : {}),
    }
    await tx.objectStore("keep").put({ plan: kept.plan, used: { ...kept.used, [next.prefix]: next.serial } }, planKey)
    await tx.objectStore("given").add(ticket)
    await tx.done
    return ticket
  }

  return {
    keeper,
    keep,
    take,
    read: async () => ((await (await opened).get("keep", planKey)) as Kept | undefined) ?? null,
    given: async () =>
      (await (await opened).getAll("given")).sort((a, b) =>
        a.taken < b.taken ? -1 : a.taken > b.taken ? 1 : a.number < b.number ? -1 : 1,
      ),
    handedIn: async (tickets) => {
      const tx = (await opened).transaction("given", "readwrite", STRICT)
      for (const one of tickets) await tx.store.delete([one.hall, one.day, one.number])
      await tx.done
    },
    refused: async (ticket, code) => {
      const tx = (await opened).transaction("given", "readwrite", STRICT)
      const known = await tx.store.get([ticket.hall, ticket.day, ticket.number])
      if (known) await tx.store.put({ ...known, refused: code })
      await tx.done
    },
    close: async () => (await opened).close(),
  }
}

/** Fails where the browser has no store: the machine works, but only with the server. */
async function openShelves(): Promise<IDBPDatabase<Shelves>> {
  return openDB<Shelves>("hallcall-kiosk", 1, {
    upgrade(db) {
      db.createObjectStore("keep")
      db.createObjectStore("given", { keyPath: ["hall", "day", "number"] })
    },
  })
}

/** Whether a service gives a number of the reserve at this moment. */
export const gives = (kept: Kept | null, service: string, now: number): boolean =>
  kept !== null && nextOf(kept, service, now) !== null

function nextOf({ plan, used }: Kept, service: string, now: number): { prefix: string; serial: number } | null {
  const offer = plan.services.find((one) => one.code === service)
  if (!offer || now >= Date.parse(plan.until)) return null
  if (!offer.spans.some(([from, until]) => Date.parse(from) <= now && now < Date.parse(until))) return null
  const last = used[offer.prefix] ?? 0
  const left = plan.blocks
    .filter((one) => one.prefix === offer.prefix && one.last > last)
    .sort((a, b) => a.first - b.first)[0]
  return left ? { prefix: offer.prefix, serial: Math.max(left.first, last + 1) } : null
}

/** 16 random bytes as base64url. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "")
}
