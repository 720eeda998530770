/** What staff decide about many appointments that a change of the hall hit: one after the other, each by its own call. */
import type { ApiError } from "../../web/api"
import { errorSentence } from "../../web/errors"
import { type Booked, desk } from "./issuing"
import { t } from "./words"

export type Decision = "move" | "cancel" | "keep"

/** Ways to choose several: those of one service, those of one hour. `key` is unique among them. */
export interface Group {
  key: string
  kind: "service" | "hour"
  ids: number[]
  first: Booked
}

const hourOf = (one: Booked): string => one.start.slice(0, 13)

export function groupsOf(hit: readonly Booked[]): Group[] {
  const found: Group[] = []
  for (const one of hit) {
    for (const [kind, key] of [
      ["service", one.service],
      ["hour", hourOf(one)],
    ] as const) {
      const group = found.filter((known) => known.kind === kind && known.key === `${kind} ${key}`)[0]
      if (group) group.ids.push(one.id)
      else found.push({ kind, key: `${kind} ${key}`, ids: [one.id], first: one })
    }
  }
  return found.filter((group) => group.ids.length > 1 && group.ids.length < hit.length)
}

async function decide(hall: string, one: Booked, decision: Decision, day: string): Promise<void> {
  if (decision === "keep") await desk.keep(hall, one.id)
  else if (decision === "cancel") await desk.cancel(hall, one.id)
  else await desk.move(hall, one.id, await sameHour(hall, one, day))
}

/** The slot of that day at the same time. Raises Error with a sentence where there is none that is free. */
async function sameHour(hall: string, one: Booked, day: string): Promise<string> {
  const slots = await desk.slots(hall, one.service, day, one.id)
  const slot = slots.filter((known) => known.start.slice(11, 16) === one.start.slice(11, 16))[0]
  if (!slot) throw new Error(t("manyNoSlot", { at: one.start.slice(11, 16) }))
  if (slot.free === 0) throw new Error(t("manyFull", { at: one.start.slice(11, 16) }))
  return slot.start
}

/** Decide about each; the sentences of those that could not be done, by their id. `told` is called after each. */
export async function decideMany(
  hall: string,
  chosen: readonly Booked[],
  decision: Decision,
  { day = "", told }: { day?: string; told: (done: number) => void },
): Promise<Map<number, string>> {
  const failed = new Map<number, string>()
  for (const [index, one] of chosen.entries()) {
    try {
      await decide(hall, one, decision, day)
    } catch (error) {
      failed.set(one.id, (error as ApiError).code ? errorSentence(error as ApiError) : (error as Error).message)
    }
    told(index + 1)
  }
  return failed
}
