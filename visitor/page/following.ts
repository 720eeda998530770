/**
 * The one ticket of this page, kept true by two ways at once: the socket `/visitor`, and GET /tickets/{token} for the
 * figures that change without an event of this ticket (`ahead`, `wait`) and for phones whose network lets no socket through.
 */
import { shallowReactive } from "vue"
import { api, type ApiError } from "../../web/api"
import { createLive, type Live } from "../../web/live"
import { reduceVisitor } from "../../web/reduce"
import type { HallEvent, QueueNews, VisitorTicket } from "../../web/types"
import { isSeen } from "./asking"
import { afterCalls, concerns, isNear } from "./queueNews"

const ASK_LIVE_MS = 15_000
const ASK_ALONE_MS = 10_000
const ASK_OVER_MS = 60_000
/** After news of the queue the first few ask within so much, each at its own moment, and not more often than that. */
const SPREAD_MS = 800
const GAP_MS = 1_500
const OLD_MS = 40_000
const OVER = ["completed", "no_show", "cancelled", "expired"]

export interface Following {
  /** `loading`: no answer yet; `unreachable`: none could be had; `unknown`: the server knows no such ticket; else `here`. */
  phase: "loading" | "unreachable" | "unknown" | "here"
  ticket: VisitorTicket | null
  /** A transfer happened while this page was open. */
  transferred: boolean
  /** What is shown may be old: neither the socket nor a question gets an answer. */
  offline: boolean
  /** The time of the last answer, and now, by the server's clock in ms. */
  updatedAt: number | null
  now: number
}

export interface FollowOptions {
  token: string
  onTicket?: (ticket: VisitorTicket) => void
  quiet?: () => boolean
  /** A ticket that the server does not know yet, but will. */
  expected?: boolean
  /** For tests. */
  connect?: Parameters<typeof createLive>[0]["connect"]
}

export interface Follower {
  state: Following
  /** Ask the server now. */
  ask(): Promise<void>
  /** A ticket that an action of this page brought. */
  adopt(ticket: VisitorTicket): void
  close(): void
}

export function followTicket({ token, onTicket, quiet, expected = false, connect }: FollowOptions): Follower {
  const state = shallowReactive<Following>({
    phase: "loading",
    ticket: null,
    transferred: false,
    offline: false,
    updatedAt: null,
    now: Date.now(),
  })
  let ahead = 0 // server's clock minus the phone's
  let failed = false
  let asking = false
  let asked = 0 // phone's clock
  let tag: string | null = null // of the answer that is shown; null when an event has changed it since
  let soonAsked: ReturnType<typeof setTimeout> | null = null
  let closed = false

  const live: Live<VisitorTicket> = createLive<VisitorTicket>({
    namespace: "/visitor",
    auth: () => ({ ticket: token }),
    reduce: reduceVisitor,
    onSnapshot: adopt,
    onEvent: heard,
    quiet,
    connect,
    staleMs: OLD_MS, // phones get a heartbeat every 10 to 15 s
    offlineMs: 60_000,
  })

  function heard(event: HallEvent, after: VisitorTicket): void {
    if (event.ticket === undefined) return told(event, after)
    if (event.kind === "ticket_transferred") state.transferred = true
    adopt(after)
    void ask() // an event may carry old figures of the queue; the answer has the present ones
  }

  /** Others were called: what is certain is shown at once, the rest asked for by those whose turn is near. */
  function queuesMoved(news: QueueNews): void {
    const ticket = state.ticket
    if (!ticket || !concerns(ticket, news)) return
    const moved = afterCalls(ticket, news)
    if (moved !== ticket) adopt(moved)
    if (!isSeen() || !isNear(ticket) || soonAsked !== null) return
    const rest = Math.max(0, asked + GAP_MS - Date.now())
    soonAsked = setTimeout(
      () => {
        soonAsked = null
        void ask()
      },
      rest + Math.random() * SPREAD_MS,
    )
  }

  /** News of the hall: the ticket and its figures stay as they are. */
  function told(event: HallEvent, after: VisitorTicket): void {
    adopt({ ...(state.ticket ?? after), notice: after.notice, seq: event.seq, time: event.at })
  }

  function adopt(ticket: VisitorTicket): void {
    const before = state.ticket
    if (before && isOlder(ticket, before)) return
    tag = null
    if (before && before.counter_type !== ticket.counter_type) state.transferred = true
    if (ticket.state !== "waiting") state.transferred = false
    ahead = Date.parse(ticket.time) - Date.now()
    state.ticket = ticket
    state.phase = "here"
    arrived()
    onTicket?.(ticket)
  }

  function arrived(): void {
    failed = false
    state.now = Date.now() + ahead
    state.updatedAt = state.now
    state.offline = false
  }

  async function ask(): Promise<void> {
    if (asking || closed) return
    asking = true
    asked = Date.now()
    try {
      const answer = await api.poll<VisitorTicket>(`/tickets/${encodeURIComponent(token)}`, tag, { anonymous: true })
      if (answer.body !== null) {
        adopt(answer.body)
        if (state.ticket === answer.body) tag = answer.tag
      }
      arrived() // also when nothing is new: the server has said so
    } catch (error) {
      missed(error as ApiError)
    } finally {
      asking = false
    }
  }

  function missed(error: ApiError): void {
    if (error.status === 404) state.phase = "unknown"
    else if (state.ticket === null) state.phase = "unreachable"
    failed = error.status !== 404
    tick()
  }

  function tick(): void {
    state.now = Date.now() + ahead
    const silent = state.updatedAt !== null && state.now - state.updatedAt > OLD_MS
    state.offline = state.ticket !== null && live.state.link !== "live" && (failed || silent)
    if (Date.now() - asked >= pause() && needed()) void ask()
  }

  /** Nobody looks at figures on a hidden page, and its socket still rings; without one the questions have to. */
  function needed(): boolean {
    return isSeen() || live.state.link !== "live"
  }

  function pause(): number {
    const over = state.ticket !== null && OVER.indexOf(state.ticket.state) >= 0
    if (over || (state.phase === "unknown" && !expected)) return ASK_OVER_MS
    return live.state.link === "live" ? ASK_LIVE_MS : ASK_ALONE_MS
  }

  function wake(): void {
    if (isSeen()) void ask()
  }

  live.on("queues", queuesMoved)
  const ticking = setInterval(tick, 1_000)
  document.addEventListener("visibilitychange", wake)
  addEventListener("pageshow", wake)
  addEventListener("online", wake)
  addEventListener("offline", tick)
  void ask()

  return {
    state,
    ask,
    adopt,
    close: () => {
      closed = true
      clearInterval(ticking)
      if (soonAsked !== null) clearTimeout(soonAsked)
      document.removeEventListener("visibilitychange", wake)
      removeEventListener("pageshow", wake)
      removeEventListener("online", wake)
      removeEventListener("offline", tick)
      live.close()
    },
  }
}

/** An answer that was under way while an event overtook it. */
function isOlder(ticket: VisitorTicket, known: VisitorTicket): boolean {
  return ticket.seq < known.seq || (ticket.seq === known.seq && Date.parse(ticket.time) < Date.parse(known.time))
}
