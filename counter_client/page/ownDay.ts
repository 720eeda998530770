/** The clerk's own day, asked anew after what happened at this counter; at most every few seconds. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue"
import type { Live } from "../../web/live"
import type { Answer, OwnDay, StaffSnapshot } from "../../web/types"

const PAUSE_MS = 3_000

/** `at` changes with each event of this counter. */
export function useOwnDay(live: Live<StaffSnapshot>, hall: string, at: () => unknown): ShallowRef<OwnDay | null> {
  const day = shallowRef<OwnDay | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    timer = undefined
    const answer: Answer<OwnDay> = await live.send<OwnDay>("own_day", { hall }, { requestId: null })
    if (answer.ok) day.value = answer
  }

  watch(
    [at, () => live.state.link],
    ([, link]) => {
      if (link === "live") timer ??= setTimeout(() => void ask(), day.value === null ? 0 : PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return day
}
