/** One visitor at the machine: choose, answer, take, look. A page at a time; idle visitors go home by themselves. */
import { computed, type ComputedRef, reactive } from "vue"
import { ApiError } from "../../web/api"
import type { Failure, Range, Service } from "../../web/types"
import type { TakenTicket } from "./taking"

export type Step =
  /** `also`: the number in hand, to which the next service is added. */
  | { name: "choose"; group: string | null; page: number; also?: TakenTicket }
  | { name: "status"; service: Service; group: string | null; page: number }
  /** What was typed to find a service. */
  | { name: "search"; typed: string; page: number; also?: TakenTicket }
  /** The wait is over the hall's target: the visitor is asked once. */
  | { name: "long_wait"; service: Service; range: Range; group: string | null; page: number }
  /** Without a service it is an appointment that is checked in. */
  | { name: "taking"; service: Service | null }
  | { name: "ticket"; ticket: TakenTicket }
  /** `also`: the number in hand, which stays whatever became of the other service. */
  | { name: "refused"; service: Service | null; error: Failure; also?: TakenTicket }
  | { name: "check_in"; code: string }

export interface VisitOptions {
  /** Asked with a service: is the visitor's status needed? */
  statusMatters: (service: Service) => boolean
  /** The wait for a service when it is over the hall's target; null when it is not. */
  longWait: (service: Service) => Range | null
  take: (service: Service, status: string | null) => Promise<TakenTicket>
  /** The ticket of an appointment, by its code or what its QR code holds. */
  checkIn: (code: string) => Promise<TakenTicket>
  /** Another service for a number in hand. */
  add: (ticket: TakenTicket, service: Service) => Promise<TakenTicket>
  /** A number in hand as it stands now. */
  look: (ticket: TakenTicket) => Promise<TakenTicket>
  taken: (ticket: TakenTicket) => void
}

export const IDLE_S = 30
export const STILL_S = 10
export const TICKET_S = 25
/** A number that is on no paper and no phone yet must be noted down; the next visitor must not take it for his. */
export const AWAY_TICKET_S = 90
export const REFUSED_S = 12
const LONGEST_SEARCH = 12
/** What every visitor finds first. */
export const USUAL = "zh-CN"
const HOME = { name: "choose", group: null, page: 0 } as const

export interface VisitState {
  step: Step
  /** Seconds since the last touch. */
  idle: number
  /** Seconds until the page goes home by itself; null when it stays. */
  left: number | null
  largeText: boolean
  low: boolean
  /** The code of the language that stands first and large. */
  language: string
  /** The visitor is asked for his language. */
  asksLanguage: boolean
}

export interface Visit {
  state: VisitState
  /** Seconds left to answer "still there?"; null when it is not asked. */
  still: ComputedRef<number | null>
  /** Nobody is in the middle of something: new pages may load. */
  quiet: ComputedRef<boolean>
  choose(service: Service): void
  /** The answer to the question about the status; null is "none". */
  answer(status: string | null): void
  openGroup(group: string): void
  /** Look for a service by what is typed. */
  search(typed: string): void
  /** Take the number although the wait is long. */
  goOn(): void
  /** Another matter for the number in hand. */
  another(): void
  /** The service that is being asked about is given no more. */
  gone(): void
  /** The number in sight, or to which a service is being chosen, was called. */
  called(number: string): void
  openCheckIn(): void
  typeCode(code: string): void
  checkIn(code: string): void
  turn(page: number): void
  back(): void
  home(): void
  /** As home, but a number in hand is shown first. */
  stop(): void
  longer(): void
  /** The number in hand is on paper now. */
  printed(): void
  touched(): void
  /** To be called once a second. */
  tick(): void
}

export function createVisit(options: VisitOptions): Visit {
  const state = reactive<VisitState>({
    step: { ...HOME },
    idle: 0,
    left: null,
    largeText: false,
    low: false,
    language: USUAL,
    asksLanguage: false,
  })
  let visits = 0

  function go(step: Step, left: number | null = null): void {
    state.step = step
    state.left = left
    state.idle = 0
  }

  function home(): void {
    visits += 1
    go({ ...HOME })
    state.largeText = state.low = state.asksLanguage = false
    state.language = USUAL
  }

  const show = (ticket: TakenTicket): void => go({ name: "ticket", ticket }, inSightFor(ticket))
  const take = (service: Service, status: string | null): Promise<void> =>
    get(service, () => options.take(service, status))

  async function get(service: Service | null, ask: () => Promise<TakenTicket>): Promise<void> {
    if (state.step.name === "taking") return // one press, one ticket
    const visit = ++visits
    go({ name: "taking", service })
    try {
      const ticket = await ask()
      if (visit !== visits) return
      options.taken(ticket)
      show(ticket)
    } catch (error) {
      if (visit === visits) go({ name: "refused", service, error: failureOf(error) }, REFUSED_S)
    }
  }

  /** Whatever comes of it, the number in hand stays; an answer that was lost may have been a yes, so the ticket is asked. */
  async function add(service: Service, ticket: TakenTicket): Promise<void> {
    const visit = ++visits
    go({ name: "taking", service })
    try {
      const more = await options.add(ticket, service)
      if (visit === visits) show(more)
    } catch (error) {
      const now = await options.look(ticket).catch(() => ticket)
      if (visit !== visits) return
      if (has(now, service.code)) show(now)
      else go({ name: "refused", service, error: failureOf(error), also: now }, REFUSED_S)
    }
  }

  async function called(number: string): Promise<void> {
    const step = state.step
    const ticket = inHand(step)
    if (ticket?.number !== number || ticket.state === "called") return
    const visit = visits
    const now = await options.look(ticket).catch(() => null)
    if (now && visit === visits && state.step === step) show(now)
  }

  const refuse = (service: Service, also?: TakenTicket): void =>
    go(
      { name: "refused", service, error: { code: service.refused ?? "service_closed", params: {}, message: "" }, also },
      REFUSED_S,
    )

  function choose(service: Service): void {
    const step = state.step
    if ((step.name !== "choose" && step.name !== "search") || (step.also && has(step.also, service.code))) return
    const from = step.name === "choose" ? { group: step.group, page: step.page } : { group: null, page: 0 }
    if (!service.open) {
      refuse(service, step.also)
    } else if (step.also) {
      void add(service, step.also)
    } else if (options.statusMatters(service)) {
      go({ name: "status", service, ...from })
    } else {
      ask(service, from)
    }
  }

  /** Takes the number, after one question where the wait is long. */
  function ask(service: Service, from: { group: string | null; page: number }): void {
    const range = options.longWait(service)
    if (range) go({ name: "long_wait", service, range, ...from })
    else void take(service, null)
  }

  /** A whole code, typed or scanned: also from the first page, where a scanner is simply used. */
  function checkIn(code: string): void {
    if (state.step.name === "check_in" || state.step.name === "choose") void get(null, () => options.checkIn(code))
  }

  /** An end that leaves a number in hand in sight. */
  function stop(): void {
    const ticket = inHand(state.step)
    if (ticket && state.step.name !== "ticket") show(ticket)
    else home()
  }

  function back(): void {
    const step = state.step
    if (step.name === "status" || step.name === "long_wait") go({ name: "choose", group: step.group, page: step.page })
    else if (step.name === "search") go({ ...HOME, also: step.also })
    else if (step.name === "check_in" || (step.name === "refused" && !step.also))
      go({ ...HOME }) // the same visitor goes on, in the same letters
    else if (step.name === "choose" && step.group !== null) go({ ...HOME, also: step.also })
    else stop()
  }

  function tick(): void {
    state.idle += 1
    if (state.step.name === "taking") return
    if (state.left !== null) {
      state.left -= 1
      if (state.left <= 0) home()
    } else if (atRest.value ? state.idle >= IDLE_S && changed.value : state.idle >= IDLE_S + STILL_S) {
      home()
    }
  }

  /** On the first page, where nobody needs to be asked whether he is still there. */
  const atRest = computed(() => state.step.name === "choose" && state.step.group === null && !state.step.also)
  const changed = computed(
    () =>
      state.largeText ||
      state.low ||
      state.asksLanguage ||
      state.language !== USUAL ||
      (state.step.name === "choose" && state.step.page > 0),
  )
  const still = computed(() => {
    if (atRest.value || state.left !== null || state.step.name === "taking" || state.idle < IDLE_S) return null
    return IDLE_S + STILL_S - state.idle
  })

  return {
    state,
    still,
    quiet: computed(() => atRest.value && state.idle >= IDLE_S),
    choose,
    answer: (status: string | null) => {
      const step = state.step
      if (step.name !== "status") return
      if (status === null) ask(step.service, { group: step.group, page: step.page })
      else void take(step.service, status)
    },
    gone: () => {
      if (state.step.name === "status") refuse(state.step.service)
    },
    openCheckIn: () => go({ name: "check_in", code: "" }),
    typeCode: (code: string) => {
      if (state.step.name === "check_in") go({ name: "check_in", code })
    },
    checkIn,
    openGroup: (group: string) =>
      go({ name: "choose", group, page: 0, also: state.step.name === "choose" ? state.step.also : undefined }),
    search: (typed: string) => {
      const step = state.step
      if (step.name === "choose" || step.name === "search")
        go({ name: "search", typed: typed.slice(0, LONGEST_SEARCH), page: 0, also: step.also })
    },
    goOn: () => {
      if (state.step.name === "long_wait") void take(state.step.service, null)
    },
    another: () => {
      if (state.step.name === "ticket") go({ ...HOME, also: state.step.ticket })
    },
    turn: (page: number) => {
      if (state.step.name === "choose" || state.step.name === "search") go({ ...state.step, page })
    },
    called: (number: string) => void called(number),
    back,
    home,
    stop,
    longer: () => {
      if (state.step.name === "ticket") state.left = inSightFor(state.step.ticket)
    },
    printed: () => {
      if (state.step.name === "ticket") state.left = TICKET_S
    },
    touched: () => {
      state.idle = 0
    },
    tick,
  }
}

const inSightFor = (ticket: TakenTicket): number => (ticket.away ? AWAY_TICKET_S : TICKET_S)
const inHand = (step: Step): TakenTicket | undefined =>
  step.name === "ticket"
    ? step.ticket
    : step.name === "choose" || step.name === "search" || step.name === "refused"
      ? step.also
      : undefined

/** The services of a number: one, or those of its visit. */
export const servicesOf = (ticket: TakenTicket): string[] => [ticket.service, ...ticket.steps.map((one) => one.service)]
const has = (ticket: TakenTicket, service: string): boolean => servicesOf(ticket).includes(service)

function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return { code: error.code, params: error.params, message: error.message }
  return { code: "bad_answer", params: {}, message: "" }
}
