/** What every panel of a screen knows, given once by the page and taken by the panels. */
import { inject, type ComputedRef, type InjectionKey } from "vue"
import type { PublicSnapshot, Range, Text } from "../../web/types"
import type { CaptionLine } from "./captions"
import type { ScreenSettings } from "./settings"

export interface Screen {
  snapshot: ComputedRef<PublicSnapshot>
  /** The server's time, ms, moved on each second. */
  now: ComputedRef<number>
  settings: ComputedRef<ScreenSettings>
  expected: ComputedRef<Record<string, Range | null>>
  /** What the voice is saying; empty when it is silent. */
  caption: ComputedRef<CaptionLine[]>
  /** The layout has a place for the present calls; without one the list shows them too. */
  hasStage: ComputedRef<boolean>
  /** The server was silent for so long that the present call may be wrong. */
  callsAreOld: ComputedRef<boolean>
}

export const SCREEN: InjectionKey<Screen> = Symbol("screen")

export function useScreen(): Screen {
  const screen = inject(SCREEN)
  if (screen === undefined) throw new Error("a panel outside of a screen")
  return screen
}

/** The zones of a panel: its own one of the screen's, or all of the screen's; empty: the whole hall. */
export function zonesOf(screen: Screen, nth: number | undefined): string[] {
  const chosen = screen.settings.value.zones
  if (nth === undefined) return chosen
  const all = chosen.length > 0 ? chosen : screen.snapshot.value.hall.zones.map((zone) => zone.code)
  return [all[nth] ?? "\u0000"] // a panel of a zone that the hall does not have stays empty
}

export function zoneName(screen: Screen, nth: number | undefined): Text | null {
  const zones = zonesOf(screen, nth)
  if (zones.length !== 1) return null
  return screen.snapshot.value.hall.zones.filter((zone) => zone.code === zones[0])[0]?.name ?? null
}
