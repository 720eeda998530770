/**
 * One hall under the eyes of a supervisor: the staff's stream for what changes at once (counters, counts, notice), and
 * GET /live for what only the server can count (services, devices, alerts), asked at most once a second after events
 * and every 10 s.
 */
import { shallowReactive } from "vue"
import { api, type ApiError } from "../../web/api"
import { createLive, type Live } from "../../web/live"
import { reduceStaff } from "../../web/reduce"
import type { Failure, HallEvent, StaffSnapshot } from "../../web/types"
import { withFailure, type Failed } from "./failures"
import type { LiveView } from "./shapes"

const AFTER_EVENT_MS = 1_000
const EVERY_MS = 10_000
const LOOK_BACK = 500

export interface Watched {
  view: LiveView | null
  failures: Failed[]
  /** The newest event; null when some were missed and a whole snapshot came instead. */
  last: HallEvent | null
  error: Failure | null
}

export interface Watcher {
  state: Watched
  live: Live<StaffSnapshot>
  /** Ask GET /live now, for an action just done. */
  ask(): Promise<void>
  close(): void
}

export interface WatchOptions {
  hall: string
  onDenied: () => void
  quiet: () => boolean
  /** For tests. */
  connect?: Parameters<typeof createLive>[0]["connect"]
}

export function watchHall({ hall, onDenied, quiet, connect }: WatchOptions): Watcher {
  const state = shallowReactive<Watched>({ view: null, failures: [], last: null, error: null })
  const path = `/halls/${encodeURIComponent(hall)}`
  let soon: ReturnType<typeof setTimeout> | null = null
  let closed = false

  const live = createLive<StaffSnapshot>({
    namespace: "/supervisor",
    hall,
    reduce: reduceStaff,
    onSnapshot: (snapshot) => {
      state.last = null
      void lookBack(snapshot.seq)
    },
    onEvent: (event) => {
      state.last = event
      state.failures = withFailure(state.failures, event)
      askSoon()
    },
    onDenied,
    quiet,
    connect,
  })

  async function lookBack(seq: number): Promise<void> {
    try {
      const { events } = await api.get<{ events: HallEvent[] }>(`${path}/events?since=${Math.max(0, seq - LOOK_BACK)}`)
      state.failures = events.reduce(withFailure, state.failures)
    } catch {
      /* the list begins with what comes from now on */
    }
  }

  async function ask(): Promise<void> {
    try {
      const view = await api.get<LiveView>(`${path}/live`)
      if (closed) return
      state.view = view
      state.error = null
    } catch (error) {
      state.error = error as ApiError
      if ((error as ApiError).status === 401 || (error as ApiError).status === 403) onDenied()
    }
  }

  function askSoon(): void {
    soon ??= setTimeout(() => {
      soon = null
      void ask()
    }, AFTER_EVENT_MS)
  }

  const asking = setInterval(() => void ask(), EVERY_MS)
  void ask()

  return {
    state,
    live,
    ask,
    close: () => {
      closed = true
      clearInterval(asking)
      if (soon !== null) clearTimeout(soon)
      live.close()
    },
  }
}
