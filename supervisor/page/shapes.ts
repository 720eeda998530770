/** What GET /halls/{hall}/live answers (docs/protocol.md, "REST beyond the table of commands"). */
import type { DeviceKind, Range, ServesChange, StaffSnapshot, Stopped, Text } from "../../web/types"

/** Those of a class that wait for a service; `target` in minutes, its own. */
export interface ClassLine {
  code: string
  name: Text
  waiting: number
  oldest_at: string
  target: number | null
}

export interface ServiceLine {
  code: string
  counter_type: string
  waiting: number
  /** Since when the longest waiting one waits; null when nobody does. */
  oldest_at: string | null
  /** What somebody who comes now is told (min), and what the hall means (min); null when nobody knows. */
  expected?: Range | null
  target?: number | null
  classes?: ClassLine[]
  served: number
  /** Called and completed, and nobody said that the visitor was there. */
  unconfirmed?: number
  /** Open counters of its own, open ones that may help it out, and paused ones of either. */
  open_counters: number
  fallback_counters?: number
  paused_counters?: number
  /** Whether it gives numbers, and what is left of today's quota (null without one). */
  open?: boolean
  stopped?: Stopped | null
  remaining?: number | null
}

/** A paired device as it is seen now; `status` is what it last said of itself. */
export interface SeenDevice {
  id: string | number
  kind: DeviceKind
  name: string
  zone: string | null
  alive: boolean
  /** Paired less than a minute ago and never come. */
  awaited?: boolean
  last_seen: string | null
  status: Record<string, unknown>
  settings?: Record<string, unknown>
}

export interface Alert {
  code: string
  params: Record<string, unknown>
  message: Text | string
}

/** How a business day went; waits in minutes, of those who were never called too. */
/** What became of a day's tickets by the end of a day: each is in one column. */
export interface DayColumns {
  day: string
  completed: number
  unconfirmed: number
  no_show: number
  /** Taken out by staff. */
  removed: number
  cancelled: number
  /** Nobody called them before the day ended. */
  not_served: number
  unfinished: number
  /** Open when the day ended, and kept for the next one. */
  kept: number
}

/** What became today of the tickets kept from one earlier day. */
export interface KeptDay extends Partial<DayColumns> {
  day: string
  open?: number
}

export interface LastDay extends DayColumns {
  /** The sum of the columns. */
  issued: number
  /** The tickets that the waits and the share are of. */
  counted: number
  /** What became on that day of tickets kept from earlier ones; they are in none of the columns. */
  earlier: DayColumns[]
  mean_wait: number
  longest_wait: number
  within_target: number | null
}

/** What a counter serves otherwise than usual, with who said so, when and why. */
export interface CounterChange extends ServesChange {
  counter: string
  at: string
  by: string
  why: string | null
}

export interface LiveView extends StaffSnapshot {
  services: ServiceLine[]
  devices: SeenDevice[]
  alerts: Alert[]
  counter_changes?: CounterChange[]
  /** The last business day that had any numbers; null without one. */
  last_day?: LastDay | null
  ratings?: { count: number; mean: number | null }
  /** The tickets kept from earlier days, by day; `today` counts them too. */
  kept?: KeptDay[]
}
