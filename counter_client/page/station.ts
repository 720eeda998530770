/** One clerk at one counter: what is there now, and the commands, one at a time. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue"
import { requestId } from "../../web/api"
import { toast } from "../../web/toasts"
import type { Live } from "../../web/live"
import type { CommandAnswer, StaffCounter, StaffSnapshot, StaffTicket } from "../../web/types"
import { t } from "./messages"
import { nextServices } from "./visit"

export type Command =
  | "session"
  | "pause"
  | "resume"
  | "sign_off"
  | "call_next"
  | "call"
  | "recall"
  | "start"
  | "complete"
  | "no_show"
  | "enter_calls"
  | "hold"
  | "take_back"
  | "reopen"
  | "transfer"
  | "go_on"
  | "add_service"
  | "drop_service"
  | "quantity"
  | "note"
  | "undo"

/** What a shift was, as sign_off answers it. */
export interface Summary {
  counter: string
  minutes: number
  called: number
  completed: number
  /** Called and completed, and nobody said that the visitor was there. */
  unconfirmed: number
  no_show: number
  held: number
}

export interface Undoable {
  command: Command
  number: string | null
  /** Codes of the services that the ticket went on to. */
  onward: string[]
  /** Server's time in ms. */
  until: number
}

/** How the clerk lost the counter: to another window of their own, to another clerk, or by a sign-off from outside. `number`: of the ticket that went with it. */
export type Loss = { how: "superseded" } | { how: "taken"; clerk: string; number: string | null } | { how: "closed" }

export interface Station {
  /** The code of the counter where this page is on duty; null before. */
  counter: Ref<string | null>
  state: ComputedRef<StaffCounter | null>
  ticket: ComputedRef<StaffTicket | null>
  /** The number that this counter completed last; "" before. */
  completed: Ref<string>
  /** The command under way. */
  busy: Ref<Command | null>
  undoable: ShallowRef<Undoable | null>
  loss: ComputedRef<Loss | null>
  /** After signing off, until the next sign-on. */
  summary: ShallowRef<Summary | null>
  signOn(counter: string, takeOver?: boolean): Promise<CommandAnswer>
  /** Send a command of this counter; null when another one is still under way. */
  run(command: Command, payload?: Record<string, unknown>): Promise<CommandAnswer | null>
  /** Back to the choice of a counter. */
  leave(): void
}

export interface StationOptions {
  live: Live<StaffSnapshot>
  hall: string
  /** Username of the clerk. */
  me: string
}

export function createStation({ live, hall, me }: StationOptions): Station {
  const client = requestId()
  const counter = ref<string | null>(null)
  const busy = ref<Command | null>(null)
  const completed = ref("")
  const undoable = shallowRef<Undoable | null>(null)
  const superseded = ref(false)
  const summary = shallowRef<Summary | null>(null)
  const wentAlong = ref<string | null>(null)
  // A command that got no answer may still arrive: the same press again is the same command, and is done once.
  let unanswered: { what: string; id: string } | null = null
  // An answer may be faster than the event that says the same: it is shown until the stream has caught up.
  const ahead = shallowRef<{ seq: number; counter: StaffCounter } | null>(null)

  const state = computed<StaffCounter | null>(() => {
    if (counter.value === null) return null
    if (ahead.value?.counter.code === counter.value && ahead.value.seq > (live.state.seq ?? 0))
      return ahead.value.counter
    return live.state.snapshot?.counters.find((one) => one.code === counter.value) ?? null
  })
  const ticket = computed(() => (loss.value === null ? (state.value?.ticket ?? null) : null))
  const loss = computed<Loss | null>(() => {
    if (counter.value === null || state.value === null) return null
    const clerk = state.value.clerk
    if (clerk && clerk.username !== me) return { how: "taken", clerk: clerk.name, number: wentAlong.value }
    if (superseded.value) return { how: "superseded" }
    return state.value.state === "closed" ? { how: "closed" } : null
  })

  // What stands at the counter in the moment when another clerk takes it; later tickets are theirs.
  watch(
    state,
    (now, before) => {
      if (now?.clerk && now.clerk.username !== me && before?.clerk?.username !== now.clerk.username)
        wentAlong.value = now.ticket?.number ?? null
    },
    { flush: "sync" },
  )

  // What the counter shows has moved on: the next press means something new.
  watch(
    () => `${state.value?.state} ${ticket.value?.number} ${ticket.value?.state}`,
    () => {
      unanswered = null
    },
    { flush: "sync" },
  )

  live.on<{ counter: string; client: string }>("console", (message) => {
    if (message.counter === counter.value) superseded.value = message.client !== client
  })

  async function send(command: Command, at: string, payload: Record<string, unknown>): Promise<CommandAnswer> {
    busy.value = command
    const before = ticket.value
    const sent = { hall, counter: at, ...payload }
    const what = JSON.stringify([command, sent])
    const id = unanswered?.what === what ? unanswered.id : requestId()
    const answer = (await live.send(command, sent, { requestId: id })) as CommandAnswer
    unanswered = !answer.ok && answer.error.code === "no_answer" ? { what, id } : null
    busy.value = null
    if (answer.ok && command === "sign_off") {
      summary.value = { ...(answer as unknown as { summary: Summary }).summary, counter: at }
      leave()
    } else if (answer.ok) {
      ahead.value = { seq: answer.seq, counter: answer.counter }
      note(command, before, answer)
      if (before?.state === "serving" && (command === "complete" || command === "call_next"))
        completed.value = before.number
    }
    return answer
  }

  function note(command: Command, before: StaffTicket | null, answer: CommandAnswer & { ok: true }): void {
    if (answer.undo_until === undefined) return // this command leaves what can be undone as it is
    const number = (before ?? answer.ticket)?.number ?? null
    const onward = command === "complete" && before ? nextServices(before) : []
    undoable.value =
      answer.undo_until === null ? null : { command, number, onward, until: Date.parse(answer.undo_until) }
  }

  async function signOn(at: string, takeOver = false): Promise<CommandAnswer> {
    const answer = await send("session", at, takeOver ? { take_over: true, client } : { client })
    if (!answer.ok) return answer
    const { also_at: others } = answer as unknown as { also_at?: string[] }
    if (others?.length) toast("info", t("alsoAt", { counters: others.join(", ") }))
    counter.value = at
    summary.value = null
    superseded.value = false
    undoable.value = null
    return answer
  }

  async function run(command: Command, payload: Record<string, unknown> = {}): Promise<CommandAnswer | null> {
    if (busy.value !== null || counter.value === null) return null
    return send(command, counter.value, payload)
  }

  function leave(): void {
    counter.value = null
    completed.value = ""
    undoable.value = null
    superseded.value = false
  }

  return { counter, completed, state, ticket, busy, undoable, loss, summary, signOn, run, leave }
}
