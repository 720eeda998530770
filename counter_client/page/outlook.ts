/** Whom "next" would call, and who waits where: asked anew after events, at most every 400 ms, one question at a time. */
import { shallowRef, watch, type ShallowRef } from "vue"
import type { Live } from "../../web/live"
import type { Answer, Outlook, StaffSnapshot } from "../../web/types"

const AT_MOST_EVERY_MS = 400
const RETRY_MS = 2_000

export interface OutlookFeed {
  /** The latest answer; the one before a cut line stays readable. */
  outlook: ShallowRef<Outlook | null>
  stop(): void
}

export function followOutlook(
  live: Live<StaffSnapshot>,
  place: () => { hall: string; counter: string | null },
): OutlookFeed {
  const outlook = shallowRef<Outlook | null>(null)
  let asking = false
  let again = false
  let askedAt = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  async function ask(): Promise<void> {
    timer = null
    const { hall, counter } = place()
    if (counter === null || live.state.link === "connecting" || live.state.link === "denied") return
    asking = true
    again = false
    askedAt = Date.now()
    const answer: Answer<Outlook> = await live.send<Outlook>("outlook", { hall, counter }, { requestId: null })
    asking = false
    if (answer.ok && place().counter === counter) outlook.value = answer
    if (again) schedule()
    else if (!answer.ok && answer.error.code === "no_answer") schedule(RETRY_MS)
  }

  function schedule(after = 0): void {
    again = true
    const rest = askedAt + AT_MOST_EVERY_MS - Date.now()
    if (!asking && timer === null) timer = setTimeout(() => void ask(), Math.max(after, rest))
  }

  const stops = [
    watch(
      () => live.state.seq,
      () => schedule(),
    ),
    watch(
      () => [place().counter, live.state.link],
      ([counter], [before]) => {
        if (counter !== before) outlook.value = null
        schedule()
      },
    ),
  ]
  schedule()

  return {
    outlook,
    stop: () => {
      stops.forEach((stop) => stop())
      if (timer !== null) clearTimeout(timer)
    },
  }
}
