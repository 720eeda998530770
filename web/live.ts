/**
 * One live store for every page: a snapshot kept true by events (docs/protocol.md, "Streams, sync, heartbeat").
 *
 *     const live = createLive({ namespace: "/counter", hall: "nanshan", reduce: reduceStaff });
 *     live.state.link       "connecting" | "live" | "stale" | "offline" | "denied"
 *     live.state.snapshot   null until the first sync
 *     await live.send("call_next", { hall, counter })   // an answer, never an exception
 */
import { shallowReactive } from "vue"
import { connectSocket, createSender, type Credentials, type LiveSocket, type Namespace, type Send } from "./line"
import type { Device, Failure, HallEvent, Heartbeat, SyncAnswer } from "./types"
import { watchNetwork } from "./network"
import { watchVersion } from "./version"

export type Link = "connecting" | "live" | "stale" | "offline" | "denied"
export type { Namespace } from "./line"

export interface LiveState<S> {
  link: Link
  /** The line itself: false from the moment it is cut, while `link` waits before it says so. */
  connected: boolean
  snapshot: S | null
  /** The last event known; null before the first sync. */
  seq: number | null
  /** The server's time in ms, moved on each second: what clocks and waits are computed from. */
  now: number
  /** When the server was last heard (server's time, ms), null before. */
  heardAt: number | null
  /** The server said it stops for a moment and comes back. */
  restarting: boolean
  /** New pages wait for a quiet moment. */
  newVersion: boolean
  /** Why the link is denied or the sync refused. */
  error: Failure | null
}

export interface LiveOptions<S> {
  namespace: Namespace
  /** Left out: the cookie of the signed-in person. */
  auth?: Credentials
  hall?: string
  zone?: string | null
  reduce: (snapshot: S, event: HallEvent<never>) => S
  /** Each event that arrived live or by sync, after it changed the snapshot. */
  onEvent?: (event: HallEvent, after: S, before: S) => void
  /** A whole new snapshot (the first, or after a long absence). */
  onSnapshot?: (snapshot: S) => void
  onDenied?: (error: Failure) => void
  /** Which device the server takes this one for, and its settings: told at each sync. */
  onDevice?: (device: Device) => void
  /** May new pages load now? Left out: yes. */
  quiet?: () => boolean
  /** Silence in ms until the link counts as stale, and as offline (phones hear less often than screens). */
  staleMs?: number
  offlineMs?: number
  /** For tests. */
  connect?: (namespace: Namespace, auth: Credentials) => LiveSocket
  reload?: () => void
}

export interface Live<S> {
  state: LiveState<S>
  /** Now by the server's clock, ms. */
  serverNow(): number
  /** Send a command and wait for its answer. A cut line re-sends it with the same request_id until the time is up, so nothing happens twice. */
  send: Send
  /** Tell the server something that needs no answer; nothing is kept for later. */
  tell(name: string, payload: Record<string, unknown>): void
  /** Hear a pushed message ("console", "play", "print_state"); the answer stops it. */
  on<M = unknown>(name: string, handler: (message: M, reply?: (answer: unknown) => void) => void): () => void
  /** Ask for what was missed, now. */
  refresh(): void
  close(): void
}

const DENIALS = ["bad_token", "not_signed_in", "forbidden"]
const SYNC_TIMEOUT = 5_000
const RETRY_MS = 2_000

export function createLive<S>(options: LiveOptions<S>): Live<S> {
  const staleMs = options.staleMs ?? 15_000
  const offlineMs = options.offlineMs ?? 30_000
  const state = shallowReactive<LiveState<S>>({
    link: "connecting",
    connected: false,
    snapshot: null,
    seq: null,
    now: Date.now(),
    heardAt: null,
    restarting: false,
    newVersion: false,
    error: null,
  })
  let ahead = 0 // server's clock minus ours
  let heard = Date.now() // our clock
  let syncing = 0 // number of the sync under way, 0 when none
  let syncs = 0
  let early: HallEvent[] = [] // events that arrived while a sync was under way
  let closed = false
  const timers = new Set<ReturnType<typeof setTimeout>>()

  const socket = (options.connect ?? connectSocket)(options.namespace, options.auth ?? (() => ({})))
  const send = createSender(socket, () => state.restarting)
  const version = watchVersion({
    quiet: options.quiet ?? (() => true),
    found: () => {
      state.newVersion = true
    },
    reload: options.reload,
  })

  // A phone's page works by asking as well; the others have no other line.
  const network = options.namespace === "/visitor" ? null : watchNetwork({ isConnected: () => socket.connected })
  const serverNow = (): number => Date.now() + ahead

  function later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) action()
    }, ms)
    timers.add(timer)
  }

  function hear(time?: string): void {
    heard = Date.now()
    if (time) ahead = Date.parse(time) - heard
    state.heardAt = state.now = serverNow()
    if (state.snapshot !== null && socket.connected && !syncing) state.link = "live"
  }

  function tick(): void {
    state.now = serverNow()
    if (state.link === "denied") return
    network?.tick()
    const silence = Date.now() - heard
    if (silence >= staleMs) state.restarting = false // it did not come back as it said
    if (silence >= offlineMs) {
      state.link = "offline"
      if (socket.connected) again() // a dead line that nobody closed
    } else if (silence >= staleMs && state.snapshot !== null) {
      state.link = "stale"
    }
  }

  function again(): void {
    socket.disconnect()
    socket.connect()
  }

  function sync(): void {
    if (syncing || !socket.connected) return
    const mine = (syncing = ++syncs)
    early = []
    later(SYNC_TIMEOUT, () => {
      if (syncing === mine) {
        syncing = 0
        again()
      }
    })
    const ask: Record<string, unknown> = { seq: state.seq }
    if (options.hall) ask.hall = options.hall
    if (options.zone) ask.zone = options.zone
    socket.emit("sync", ask, (answer: SyncAnswer<S>) => {
      if (syncing !== mine) return
      syncing = 0
      if (answer.ok) synced(answer)
      else refused(answer.error)
    })
  }

  function synced(answer: Extract<SyncAnswer<S>, { ok: true }>): void {
    state.error = null
    state.restarting = false
    state.connected = true
    if (answer.device) options.onDevice?.(answer.device)
    if (answer.snapshot !== undefined) {
      state.snapshot = answer.snapshot
      state.seq = answer.seq
      options.onSnapshot?.(answer.snapshot)
    }
    for (const event of answer.events ?? []) if (state.seq === null || event.seq > state.seq) apply(event)
    state.seq = Math.max(state.seq ?? 0, answer.seq)
    version.seen(answer.version)
    hear(answer.time)
    const pending = early
    early = []
    pending.forEach(receive)
  }

  function refused(error: Failure): void {
    state.error = error
    if (DENIALS.indexOf(error.code) >= 0) deny(error)
    else later(RETRY_MS, sync)
  }

  function deny(error: Failure): void {
    state.error = error
    state.link = "denied"
    socket.disconnect()
    options.onDenied?.(error)
  }

  function receive(event: HallEvent): void {
    if (syncing) {
      early.push(event)
      return
    }
    hear()
    if (state.seq !== null && event.seq <= state.seq) return
    if (state.seq === null || event.prev !== state.seq) sync()
    else apply(event)
  }

  function apply(event: HallEvent): void {
    const before = state.snapshot
    state.seq = event.seq
    if (before === null) return
    const after = options.reduce(before, event as unknown as HallEvent<never>)
    state.snapshot = after
    options.onEvent?.(event, after, before)
  }

  function beat(heartbeat: Heartbeat): void {
    hear(heartbeat.time)
    version.seen(heartbeat.version)
    if (state.seq === null || heartbeat.seq > state.seq) sync()
  }

  function lost(reason: string): void {
    state.connected = false
    syncing = 0
    if (state.link === "live") state.link = "connecting"
    // The server closed this one connection: the client library leaves coming back to us.
    if (reason === "io server disconnect" && state.link !== "denied") later(RETRY_MS, () => socket.connect())
  }

  function rejected(error: { data?: Failure; message: string }): void {
    if (error.data) network?.heard()
    if (error.data && DENIALS.indexOf(error.data.code) >= 0) deny(error.data)
    else if (error.data) later(RETRY_MS, () => socket.connect()) // "starting", "stopping": the library does not retry these
  }

  function bye({ retry_ms }: { retry_ms: number }): void {
    state.restarting = true
    state.link = "connecting"
    socket.disconnect()
    later(retry_ms, () => socket.connect())
  }

  function wake(): void {
    if (document.visibilityState === "hidden" || state.link === "denied" || closed) return
    tick()
    if (socket.connected) sync()
    else again()
  }

  /** A page that comes back out of the browser's cache has missed everything; one that was just loaded has not. */
  function shown(event: PageTransitionEvent): void {
    if (event.persisted) wake()
  }

  socket.on("connect", sync)
  socket.on("disconnect", lost)
  socket.on("connect_error", rejected)
  socket.on("event", receive)
  socket.on("heartbeat", beat)
  socket.on("bye", bye)
  const ticking = setInterval(tick, 1_000)
  document.addEventListener("visibilitychange", wake)
  addEventListener("online", wake)
  addEventListener("pageshow", shown)

  function close(): void {
    closed = true
    clearInterval(ticking)
    timers.forEach(clearTimeout)
    version.stop()
    network?.stop()
    document.removeEventListener("visibilitychange", wake)
    removeEventListener("online", wake)
    removeEventListener("pageshow", wake)
    socket.disconnect()
  }

  return {
    state,
    serverNow,
    send,
    tell: (name, payload) => {
      if (socket.connected) socket.emit(name, payload)
    },
    on: (name, handler) => {
      socket.on(name, handler)
      return () => {
        socket.off(name, handler)
      }
    },
    refresh: sync,
    close,
  }
}
