/** What a press does: the commands with their dialogs, and errors as sentences. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue"
import { errorSentence } from "../../web/errors"
import { dismiss, toast } from "../../web/toasts"
import type { CommandAnswer, StaffTicket } from "../../web/types"
import { mainAct, rulesOf, whyNot, type Situation } from "./acts"
import type { Act } from "./keyboard"
import { t } from "./messages"
import type { Command, Station } from "./station"

/** The ticket that a dialog is about is not there any more. */
const GONE = ["called_elsewhere", "wrong_state", "no_ticket", "unknown_ticket"]

/** What is at the counter must end first. */
const OPEN = ["ticket_open", "not_here_yet"]

/** What a press sends at once; the others open something first. */
const SENDS: Act[] = ["next", "start", "recall", "no_show", "complete", "go_on", "undo"]
/** Dialogs about the ticket at the counter. */
const OF_PRESENT = ["hold", "transfer", "visit", "quantity", "note", "ask"]

type Payload = Record<string, unknown>
export type DeskDialog =
  | { kind: "hold" | "transfer" | "visit" | "quantity" | "note" | "pause" | "help" | "sign_off" | "take_out_many" }
  | { kind: "timeline"; number: string }
  | { kind: "call" | "take_out"; ticket: StaffTicket }
  | { kind: "ask"; then: Command; payload: Payload }

export interface Desk {
  dialog: ShallowRef<DeskDialog | null>
  /** Rises when the search field is to take the focus. */
  searchAsked: Ref<number>
  /** Rises when the first held or missed ticket is to take the focus. */
  shelfAsked: Ref<number>
  /** The number that the search is asked for; "" for what was typed last. */
  wanted: Ref<string>
  /** Seconds that undo still works; 0 when there is nothing to undo. */
  undoRest: ComputedRef<number>
  press(act: Act): void
  /** Tickets as they are now: a question about one of them follows, and closes when the ticket has moved on. */
  seen(tickets: readonly StaffTicket[]): void
  /** Close the dialog. */
  close(): void
  /** Send a command, close the dialog when it worked (unless it is to `stay`), say what went wrong when not. */
  perform(command: Command, payload?: Payload, stay?: boolean): Promise<CommandAnswer | null>
  /** End the present ticket (complete it, or say that nobody came), then do what the clerk asked for. */
  endThen(end: "complete" | "no_show", command: Command, payload: Payload): Promise<void>
}

export function useDesk(station: Station, situation: () => Situation): Desk {
  const dialog = shallowRef<DeskDialog | null>(null)
  const searchAsked = ref(0)
  const shelfAsked = ref(0)
  const wanted = ref("")

  const undoRest = computed(() => {
    const undoable = station.undoable.value
    return undoable ? Math.max(0, Math.ceil((undoable.until - situation().now) / 1000)) : 0
  })

  const presses: Record<Exclude<Act, "next">, () => void> = {
    start: () => void perform("start"),
    recall: () => void perform("recall"),
    no_show: () => void perform("no_show"),
    complete: () => void perform("complete"),
    go_on: () => void perform("go_on"),
    undo: () => void undo(),
    hold: () => {
      dialog.value = { kind: "hold" }
    },
    transfer: () => {
      dialog.value = { kind: "transfer" }
    },
    visit: () => {
      dialog.value = { kind: "visit" }
    },
    quantity: () => {
      dialog.value = { kind: "quantity" }
    },
    note: () => {
      dialog.value = { kind: "note" }
    },
    timeline: () => {
      dialog.value = { kind: "timeline", number: situation().ticket?.number ?? "" }
    },
    pause: () => {
      dialog.value = { kind: "pause" }
    },
    help: () => {
      dialog.value = { kind: "help" }
    },
    sign_off: () => {
      dialog.value = { kind: "sign_off" }
    },
    take_out: () => {
      dialog.value = { kind: "take_out_many" }
    },
    take_back: () => {
      shelfAsked.value += 1
    },
    reopen: () => {
      wanted.value = station.completed.value
      searchAsked.value += 1
    },
    search: () => {
      wanted.value = ""
      searchAsked.value += 1
    },
  }

  /** The message why the last press did nothing. */
  let explained = 0

  function press(act: Act): void {
    // While one command is under way no other is sent; a dialog may open, or what is typed for it would press keys.
    if (station.busy.value !== null && SENDS.includes(act)) return
    const now = situation()
    if (act === "pause" && now.counter.state === "paused") act = "next" // the same key pauses and resumes
    if (act === "undo" && undoRest.value === 0) return
    const reason = whyNot(act, now)
    if (reason) explained = toast("info", reason)
    else if (act === "next") pressMain(now)
    else presses[act]()
  }

  function pressMain(now: Situation): void {
    const { does } = mainAct(now)
    if (does === null) return
    if (does === "call_next" && now.ticket && rulesOf(now.hall).on_next === "ask") {
      dialog.value = { kind: "ask", then: "call_next", payload: {} }
    } else void perform(does)
  }

  async function undo(): Promise<void> {
    const undoable = station.undoable.value
    const answer = await perform("undo")
    if (answer?.ok && undoable) toast("good", t("undone", { what: nameOf(undoable.command) }))
  }

  /** The message of the last refusal. */
  let complaint = 0

  async function perform(command: Command, payload: Payload = {}, stay = false): Promise<CommandAnswer | null> {
    const asking = dialog.value
    const close = (): void => {
      if (dialog.value === asking) dialog.value = null
    } // not one that was opened meanwhile
    const answer = await station.run(command, payload)
    if (answer === null) return null
    if (answer.ok) {
      dismiss(complaint) // what was wrong is put right
      if (!stay) close()
    } else if (OPEN.includes(answer.error.code) && command !== "sign_off") {
      dialog.value = { kind: "ask", then: command, payload }
    } else {
      if (GONE.includes(answer.error.code)) close()
      complaint = toast("error", errorSentence(answer.error))
    }
    return answer
  }

  async function endThen(end: "complete" | "no_show", command: Command, payload: Payload): Promise<void> {
    const done = await perform(end)
    if (done?.ok) await perform(command, payload)
  }

  // Nothing is off for want of a line any more.
  watch(
    () => situation().online,
    (online) => {
      if (online) dismiss(explained)
    },
  )

  // The visitor left by the phone, or the ticket was taken over: its dialog goes with it.
  watch(
    () => situation().ticket?.id ?? null,
    () => {
      if (dialog.value && OF_PRESENT.includes(dialog.value.kind)) dialog.value = null
    },
  )

  function seen(tickets: readonly StaffTicket[]): void {
    const asking = dialog.value
    if (asking?.kind !== "call" && asking?.kind !== "take_out") return
    const now = tickets.find((one) => one.id === asking.ticket.id)
    if (now) dialog.value = { kind: asking.kind, ticket: now }
  }

  return {
    dialog,
    searchAsked,
    shelfAsked,
    wanted,
    undoRest,
    press,
    seen,
    close: () => {
      dialog.value = null
    },
    perform,
    endThen,
  }
}

/** What undo takes back, in words: "the no-show". */
export function nameOf(command: Command): string {
  return t(`undo_${command as "call_next"}`)
}
