/** One press, one ticket: the same key goes with every try, so a lost answer never makes a second number. */
import { ApiError, api, requestId } from "../../web/api"
import type { VisitorTicket } from "../../web/types"

export interface PrintJob {
  job: number | string
  state: PrintState
}
export type PrintState = "queued" | "printing" | "printed" | "failed"
export type TakenTicket = VisitorTicket & { print?: PrintJob | null }

export interface Wish {
  hall: string
  token: string
  service: string
  status: string | null
}

export interface Patience {
  /** For how long an unanswered request is sent again. */
  giveUpMs: number
  pause: (ms: number) => Promise<void>
  now: () => number
}

const TRY_MS = 6_000
const PAUSE_MS = 1_000
const WORTH_ANOTHER_TRY = ["offline", "bad_answer", "starting", "stopping"]
const patient: Patience = {
  giveUpMs: 20_000,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
}

/** The ticket; raises ApiError with the server's refusal, or `offline` when nothing answered in time. */
export async function takeTicket(wish: Wish, patience: Patience = patient): Promise<TakenTicket> {
  const key = requestId()
  const until = patience.now() + patience.giveUpMs
  const path = `/halls/${encodeURIComponent(wish.hall)}/tickets`
  const body = { service: wish.service, ...(wish.status === null ? {} : { status: wish.status }) }
  for (;;) {
    try {
      return await api.post<TakenTicket>(path, body, { token: wish.token, idempotencyKey: key, timeoutMs: TRY_MS })
    } catch (error) {
      const again = error instanceof ApiError && WORTH_ANOTHER_TRY.includes(error.code)
      if (!again || patience.now() + PAUSE_MS >= until) throw error
    }
    await patience.pause(PAUSE_MS)
  }
}
