/** Where people go from this screen: a direction, and the way in a few words. Pure. */
import { added, inOrder, textOf } from "../../web/i18n"
import type { Direction, Directions, Hall, Text } from "../../web/types"

export interface Way {
  /** Null: nobody said, and then no arrow points anywhere. */
  direction: Direction | null
  /** Zone and way words by language; null where people are there already. */
  words: Text | null
}

/** Of the screen: its own directions, and the zones that it shows (empty: the whole hall). */
export interface Stand {
  directions: Directions
  zones: readonly string[]
}

const DIRECTIONS: readonly Direction[] = ["left", "right", "straight", "up", "down", "other_floor"]

/** `titled`: what is beside the call names its zone already. */
export function wayTo(hall: Hall, code: string, stand: Stand, titled = false): Way {
  const counter = hall.counters.filter((one) => one.code === code)[0]
  if (!counter) return { direction: null, words: null }
  const zone = hall.zones.filter((one) => one.code === counter.zone)[0]
  const home = stand.zones.length === 1 ? hall.zones.filter((one) => one.code === stand.zones[0])[0] : undefined
  const asked = [
    stand.directions.counters?.[code],
    stand.directions.zones?.[counter.zone ?? ""],
    home?.directions?.counters?.[code],
    home?.directions?.zones?.[counter.zone ?? ""],
  ]
  const direction = asked.filter((one): one is Direction => DIRECTIONS.indexOf(one as Direction) >= 0)[0] ?? null
  const apart = hall.zones.length > 1 && home === undefined
  const parts = [apart && !titled ? zone?.name : null, counter.where ?? (apart ? zone?.where : null)]
  return { direction, words: joined(parts.filter((one): one is Text => Boolean(one))) }
}

function joined(parts: Text[]): Text | null {
  if (parts.length === 0) return null
  const say = (language: string): string =>
    inOrder(
      language,
      parts.map((part) => textOf(part, language)),
    )
  const own = added.value ? { [added.value.code]: say(added.value.code) } : {}
  return { ...own, "zh-CN": say("zh-CN"), en: say("en") }
}
