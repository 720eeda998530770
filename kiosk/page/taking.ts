/** One press, one ticket: the same key goes with every try, so a lost answer never makes a second number. */
import { ApiError, api, requestId } from "../../web/api"
import type { VisitorTicket } from "../../web/types"
import type { OwnPaper } from "./reserve"

export interface PrintJob {
  job: number | string
  state: PrintState
}
export type PrintState = "queued" | "printing" | "printed" | "failed"
/** `away`: with a number that the machine gave by itself, which the server does not know yet; `paper` is what the hall adds to it. */
export type TakenTicket = VisitorTicket & { print?: PrintJob | null; away?: boolean; paper?: OwnPaper }

export interface Wish {
  hall: string
  token: string
  service: string
  status: string | null
  /** What the visitor chose at the machine; null for nothing: the hall's first. */
  language?: string | null
}

export interface Patience {
  /** For how long an unanswered request is sent again. */
  giveUpMs: number
  pause: (ms: number) => Promise<void>
  /** Left out: no. The server is known to be away, so that no further try is worth the time. */
  hopeless?: () => boolean
  now: () => number
}

const TRY_MS = 6_000
const PAUSE_MS = 1_000
/** No answer, or that of a server that cannot: worth another try. */
const UNANSWERED = ["offline", "bad_answer", "starting", "stopping", "database_away"]
export const isUnanswered = (error: unknown): boolean => error instanceof ApiError && UNANSWERED.includes(error.code)
export const patient: Patience = {
  giveUpMs: 20_000,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
}

/** The ticket; raises ApiError with the server's refusal, or `offline` when nothing answered in time. */
export function takeTicket(wish: Wish, patience: Patience = patient, key: string = requestId()): Promise<TakenTicket> {
  const body = {
    service: wish.service,
    ...(wish.status === null ? {} : { status: wish.status }),
    ...(wish.language ? { language: wish.language } : {}),
  }
  return insist(`/halls/${encodeURIComponent(wish.hall)}/tickets`, body, wish.token, patience, key)
}

/** The ticket of an appointment, by its code or the link in its QR code. */
export function checkInTicket(
  wish: { hall: string; token: string; code: string },
  patience: Patience = patient,
): Promise<TakenTicket> {
  return insist(`/halls/${encodeURIComponent(wish.hall)}/check-in`, { code: wish.code }, wish.token, patience)
}

/** The number in hand as it stands now. */
export const lookAt = (token: string): Promise<TakenTicket> =>
  api.get<TakenTicket>(`/tickets/${encodeURIComponent(token)}`, { timeoutMs: TRY_MS, anonymous: true })

/** Another service for a number that was just taken. */
export function addService(
  wish: { token: string; ticket: string; service: string },
  patience: Patience = patient,
): Promise<TakenTicket> {
  return insist(`/tickets/${encodeURIComponent(wish.ticket)}/services`, { service: wish.service }, wish.token, patience)
}

async function insist(
  path: string,
  body: object,
  token: string,
  patience: Patience,
  key: string = requestId(),
): Promise<TakenTicket> {
  const until = patience.now() + patience.giveUpMs
  for (;;) {
    try {
      return await api.post<TakenTicket>(path, body, {
        token,
        idempotencyKey: key,
        timeoutMs: Math.min(TRY_MS, until - patience.now()),
      })
    } catch (error) {
      if (!isUnanswered(error) || patience.hopeless?.() || patience.now() + PAUSE_MS >= until) throw error
    }
    await patience.pause(PAUSE_MS)
  }
}
