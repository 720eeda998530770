/** What the voice did with a call: the announcer's reports, kept for the numbers of this counter. */
import { ref, shallowReactive } from "vue"
import type { HallEvent, StaffTicket } from "../../web/types"
import { t, word } from "./messages"

interface Receipt {
  call_seq: number
  result: string
  by: string | null
  at: number
}
export interface VoiceState {
  kind: "spoken" | "speaking" | "unspoken" | "failed"
  text: string
}

const KEPT = 50
const PATIENCE_MS = 20_000

export interface Receipts {
  /** Take a report in; other events pass. */
  hear(event: HallEvent): void
  /** What to show beside the present ticket. */
  of(ticket: StaffTicket, now: number): VoiceState | null
}

export function keepReceipts(): Receipts {
  const byNumber = shallowReactive(new Map<string, Receipt>())
  // A hall without a voice sends no receipts; nobody is to wait for one there.
  const hasVoice = ref(false)

  function hear(event: HallEvent): void {
    if (event.kind !== "announcement_spoken") return
    const { number, call_seq, result, by } = event as unknown as {
      number: string
      call_seq: number
      result: string
      by: string | null
    }
    hasVoice.value = true
    byNumber.delete(number)
    byNumber.set(number, { call_seq, result, by: by ?? null, at: Date.parse(event.at) })
    if (byNumber.size > KEPT) byNumber.delete(byNumber.keys().next().value as string)
  }

  function of(ticket: StaffTicket, now: number): VoiceState | null {
    if (ticket.last_called_at === null) return null
    const calledAt = Date.parse(ticket.last_called_at)
    const receipt = byNumber.get(ticket.number)
    if (receipt && receipt.call_seq === ticket.call_seq && receipt.at >= calledAt) return said(receipt)
    if (!hasVoice.value) return null
    if (now - calledAt < PATIENCE_MS) return { kind: "speaking", text: t("speaking") }
    return { kind: "unspoken", text: t("unspoken") }
  }

  return { hear, of }
}

function said({ result, by }: Receipt): VoiceState {
  if (result === "spoken") return { kind: "spoken", text: word(`spokenBy_${by}`, t("spoken")) }
  if (result === "dropped") return { kind: "unspoken", text: t("voiceDropped") }
  return { kind: "failed", text: t("voiceFailed") }
}
