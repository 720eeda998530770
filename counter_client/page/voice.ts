/** Calling by voice while the server is away: the last known line, and who was called; both kept on this computer. */
import { ref, watch, type Ref } from "vue"
import type { Live } from "../../web/live"
import type { LineTicket, StaffSnapshot, VoiceCall } from "../../web/types"
import { remembered } from "./remembered"

/** The line is asked for after events, at most so often. */
const AT_MOST_EVERY_MS = 5_000

export interface Voice {
  /** Whom this counter would have called one after the other. */
  line: Ref<LineTicket[]>
  calls: Ref<VoiceCall[]>
  /** The visitor of a number came, or did not; the same again takes it back. */
  mark(number: string, came: boolean): void
  /** They are entered, or shall not be. */
  forget(): void
  stop(): void
}

export function followLine(live: Live<StaffSnapshot>, place: () => { hall: string; counter: string | null }): Voice {
  const line = ref<LineTicket[]>([])
  const calls = ref<VoiceCall[]>([])

  let askedAt = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  function schedule(): void {
    timer ??= setTimeout(() => void ask(), Math.max(0, askedAt + AT_MOST_EVERY_MS - Date.now()))
  }

  async function ask(): Promise<void> {
    timer = null
    askedAt = Date.now()
    const { hall, counter } = place()
    if (counter === null || !live.state.connected) return
    const answer = await live.send<{ tickets: LineTicket[] }>("line", { hall, counter }, { requestId: null })
    if (!answer.ok || place().counter !== counter) return
    line.value = answer.tickets
    remembered.keepLine(hall, counter, answer.tickets)
  }

  function keep(): void {
    const { hall, counter } = place()
    if (counter !== null) remembered.keepVoice(hall, counter, calls.value)
  }

  function mark(number: string, came: boolean): void {
    const before = calls.value.find((one) => one.number === number)
    const others = calls.value.filter((one) => one.number !== number)
    const called = before?.called ?? new Date(live.serverNow()).toISOString()
    calls.value = before?.came === came ? others : [...others, { number, called, came }]
    keep()
  }

  const stopWatching = watch(
    () => [place().counter, live.state.connected] as const,
    ([counter], before) => {
      if (counter !== before?.[0]) {
        line.value = counter === null ? [] : remembered.line(place().hall, counter)
        calls.value = counter === null ? [] : remembered.voice(place().hall, counter)
      }
      schedule()
    },
    { immediate: true },
  )
  const stopFollowing = watch(() => live.state.seq, schedule)

  return {
    line,
    calls,
    mark,
    forget: () => {
      calls.value = []
      keep()
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      stopWatching()
      stopFollowing()
    },
  }
}
