/** What a counter serves otherwise than usual, until a time of today: "also B until 11:30". Pure. */
import { createI18n } from "./i18n"
import { clock } from "./time"
import type { Hall, ServesChange } from "./types"

const { t } = createI18n({
  "zh-CN": {
    gives: "加办 {queue} 至 {at}",
    givesToday: "今天加办 {queue}",
    takes: "停办 {queue} 至 {at}",
    takesToday: "今天停办 {queue}",
  },
  en: {
    gives: "also {queue} until {at}",
    givesToday: "also {queue} today",
    takes: "not {queue} until {at}",
    takesToday: "not {queue} today",
  },
})

type HallOf = Pick<Hall, "counters" | "counter_types" | "time_zone">

/** The letters of a queue, as its numbers begin. */
export function labelOf(hall: Pick<Hall, "counter_types">, code: string): string {
  const type = hall.counter_types.find((one) => one.code === code)
  return type?.label ?? type?.prefix ?? code
}

export function changeText(hall: HallOf, { counter_type, gives, until, today }: ServesChange): string {
  const queue = labelOf(hall, counter_type)
  if (today) return gives ? t("givesToday", { queue }) : t("takesToday", { queue })
  const at = clock(until, hall.time_zone)
  return gives ? t("gives", { queue, at }) : t("takes", { queue, at })
}

/** Of one counter, one text for each change. */
export function changeTexts(hall: HallOf, counter: string): string[] {
  const found = hall.counters.find((one) => one.code === counter)
  return (found?.changes ?? []).map((one) => changeText(hall, one))
}
