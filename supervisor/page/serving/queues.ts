/** The queues of a hall as one counter stands to them, and what a supervisor does about it. */
import { api, requestId } from "../../../web/api"
import type { Hall, ServesChange } from "../../../web/types"
import type { CounterChange } from "../shapes"

export interface QueueRow {
  code: string
  /** What is there without a change: its own, one that it helps out, or none of its. */
  stands: "usual" | "fallback" | "not"
  change: (ServesChange & Partial<CounterChange>) | null
  waiting: number
}

/** Changed ones first, then those it does not serve with the most waiting first, then the others in the hall's order. */
export function queueRows(
  hall: Hall,
  counter: string,
  changes: readonly CounterChange[],
  waiting: Record<string, number>,
): QueueRow[] {
  const place = hall.counters.find((one) => one.code === counter)
  const told = (place?.changes ?? []).map((one) => ({
    ...changes.find((other) => other.counter === counter && other.counter_type === one.counter_type),
    ...one,
  }))
  const rows = hall.counter_types.map(({ code }) => {
    const stands: QueueRow["stands"] = place?.counter_types.includes(code)
      ? "usual"
      : place?.fallbacks.includes(code)
        ? "fallback"
        : "not"
    return { code, stands, change: told.find((one) => one.counter_type === code) ?? null, waiting: waiting[code] ?? 0 }
  })
  const rank = (row: QueueRow): number => (row.change ? 0 : row.stands === "not" ? 1 : 2)
  return rows.sort((a, b) => rank(a) - rank(b) || (rank(a) === 1 ? b.waiting - a.waiting : 0))
}

export interface Wish {
  hall: string
  counter: string
  queue: string
}

const path = ({ hall, counter }: Wish): string =>
  `/halls/${encodeURIComponent(hall)}/counters/${encodeURIComponent(counter)}/serves`
const once = (): { idempotencyKey: string } => ({ idempotencyKey: requestId() })

/** `until` null: to the end of the day. */
export const changeServes = (wish: Wish, gives: boolean, until: string | null, why: string): Promise<unknown> =>
  api.post(
    path(wish),
    { [gives ? "give" : "take"]: [wish.queue], until: until ?? "today", ...(why ? { why } : {}) },
    once(),
  )

export const undoServes = (wish: Wish): Promise<unknown> =>
  api.post(`${path(wish)}/undo`, { counter_types: [wish.queue] }, once())
