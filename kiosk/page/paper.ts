/** What becomes of the printed ticket: the job of the answer, and what the server pushes about it. */
import { reactive } from "vue"
import type { PrintJob, PrintState } from "./taking"

/** The message `print_state` of docs/protocol.md. */
export interface PrintMessage {
  job: number | string
  number: string
  state: PrintState
  error: string | null
  /** How long the printing takes that has just begun, where its line is slow. */
  seconds?: number
}

/** `none`: no printer here. `slow`: it was asked and says nothing. */
export type Paper = "none" | "printing" | "printed" | "slow" | "paper_out" | "torn" | "failed"

const SLOW_MS = 15_000
const KEPT = 20

export interface PaperWatch {
  state: {
    /** Of the ticket on the screen. */
    paper: Paper
    /** What hinders the printer, learned from the last job; null when it printed. */
    fault: string | null
  }
  /** A push of the server; it may come before the answer that names the job. */
  hear(message: PrintMessage): void
  /** The ticket on the screen has this job, or none. */
  follow(job: PrintJob | null | undefined): void
  /** The ticket on the screen is printed by this PC itself: `printing` ends with null, or why it is not on paper. */
  here(printing: Promise<string | null>): Promise<boolean>
  stop(): void
}

export function watchPaper(): PaperWatch {
  const state = reactive<PaperWatch["state"]>({ paper: "none", fault: null })
  const heard = new Map<number | string, PrintMessage>()
  let following: number | string | null = null
  let printsHere = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  function hear(message: PrintMessage): void {
    heard.delete(message.job)
    heard.set(message.job, message)
    if (heard.size > KEPT) heard.delete(heard.keys().next().value!)
    if (message.state === "printed") state.fault = null
    if (message.state === "failed") state.fault = message.error ?? "failed"
    if (message.job !== following) return
    show(message.state, message.error)
    if (message.seconds !== undefined) expectWithin(message.seconds)
  }

  function follow(job: PrintJob | null | undefined): void {
    stop()
    printsHere += 1
    following = job?.job ?? null
    if (!job) {
      state.paper = "none"
      return
    }
    const known = heard.get(job.job)
    show(known?.state ?? job.state, known?.error ?? null)
    expectWithin(known?.seconds ?? 0)
  }

  /** From so many seconds and a while on a printer without a word is one that does not answer. */
  function expectWithin(seconds: number): void {
    stop()
    timer = setTimeout(
      () => {
        if (state.paper === "printing") state.paper = "slow"
      },
      seconds * 1000 + SLOW_MS,
    )
  }

  async function here(printing: Promise<string | null>): Promise<boolean> {
    follow(null)
    const mine = (printsHere += 1)
    state.paper = "printing"
    const error = await printing
    state.fault = error
    if (mine !== printsHere || following !== null) return false // another ticket is on the screen
    show(error === null ? "printed" : "failed", error)
    return error === null
  }

  function show(now: PrintState, error: string | null): void {
    if (now === "failed") state.paper = error === "paper_out" || error === "torn" ? error : "failed"
    else state.paper = now === "printed" ? "printed" : "printing"
  }

  function stop(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  return { state, hear, follow, here, stop }
}
