/** The machine behind its page: the live hall, fresh ranges, the visit, the paper, and what it tells the server of itself. */
import { computed, type ComputedRef, onBeforeUnmount, onMounted, type Ref, ref, shallowRef, watch } from "vue"
import { api, ApiError, requestId } from "../../web/api"
import { createLive, type Live } from "../../web/live"
import { reducePublic } from "../../web/reduce"
import { askLanguages, languages, wordsOf } from "../../web/languages"
import { isOutdated, movesOffers, oneAtATime, withOffers } from "../../web/offers"
import type { Hall, PublicSnapshot, Range, Service } from "../../web/types"
import { type Away, createAway } from "./away"
import { blocked, type Blocked, isAway } from "./face"
import { lettersOf, loadLetters } from "./letters"
import { printHere } from "./loopback"
import { isStopped, longWait, statusMatters, withReserve } from "./offers"
import { type PaperWatch, type PrintMessage, watchPaper } from "./paper"
import { createScanner } from "./scanner"
import { addService, checkInTicket, isUnanswered, lookAt, patient, type TakenTicket, takeTicket } from "./taking"
import { createVisit, USUAL, type Visit } from "./visit"

/** Events keep the counts true; the expected ranges and what each service gives are asked for this often. */
const BOARD_EVERY_S = 20
const STATUS_EVERY_S = 30
/** For so long a press waits for an answer where the machine has numbers of its own. */
const PATIENCE_MS = 6_000

export interface Machine {
  live: Live<PublicSnapshot>
  snapshot: ComputedRef<PublicSnapshot | null>
  /** Why there are no numbers now; null when there are. */
  face: ComputedRef<Blocked | null>
  visit: Visit
  paper: PaperWatch["state"]
  /** Of the device's settings: this machine's buttons stand low unless the visitor says otherwise. */
  lowByDefault: Ref<boolean>
  /** The server is away, and the machine goes on with numbers of its own. */
  away: ComputedRef<boolean>
  /** Numbers given while it was away that it did not take. */
  refused: Away["refused"]
}

export function useMachine(token: string, denied: () => void): Machine {
  const expected = ref<Record<string, Range | null>>({})
  const offered = shallowRef<Service[]>([])
  const lowByDefault = ref(false)
  const awaySince = ref<number | null>(null)
  const clockNow = ref(Date.now())
  const paper = watchPaper()
  const live = createLive<PublicSnapshot>({
    namespace: "/kiosk",
    auth: () => ({ token }),
    reduce: reducePublic,
    onSnapshot: (fresh) => {
      expected.value = fresh.expected
      void refresh()
    },
    onEvent: (event) => {
      if (movesOffers(event, offered.value)) {
        reserve.changed()
        void refresh()
      }
    },
    onDevice: (device) => {
      lowByDefault.value = device.settings.low_position === true
      const printer = device.settings.printer as { kind?: string; width_mm?: number; dots?: number | null } | undefined
      printsHere = printer?.kind === "agent" ? (printer.width_mm ?? 80) : null
      headDots = printer?.dots ?? null
    },
    onDenied: denied,
    quiet: () => visit.quiet.value,
  })
  /** The width of the paper (mm) of the print agent on this PC; null without one. */
  let printsHere: number | null = null
  let headDots: number | null = null
  const reserve = createAway({ token, hall: () => live.state.snapshot?.hall ?? null, now: live.serverNow })
  const awayFor = (): number => (awaySince.value === null ? 0 : clockNow.value - awaySince.value)
  const lineAway = computed(() => isAway(live.state, awayFor()))
  const snapshot = computed<PublicSnapshot | null>(() => {
    const now = live.state.snapshot
    if (now === null) return null
    if (lineAway.value)
      return withReserve(now, (code) => reserve.gives(code, live.state.now), live.state.now, offered.value)
    return {
      ...now,
      expected: expected.value,
      hall: { ...now.hall, services: withOffers(now.hall.services, offered.value) },
    }
  })
  const face = computed(() =>
    blocked(
      { link: live.state.link, snapshot: snapshot.value },
      awayFor(),
      lineAway.value && snapshot.value?.hall.services.some((one) => one.open),
    ),
  )
  const away = computed(() => lineAway.value && snapshot.value !== null)
  const visit = createVisit({
    statusMatters: (service: Service) =>
      snapshot.value !== null &&
      (away.value ? snapshot.value.hall.statuses.length > 0 : statusMatters(snapshot.value, service)),
    longWait: (service) => (snapshot.value === null || away.value ? null : longWait(snapshot.value, service)),
    take: (service, status) => heeded(takeSomehow(service, status)),
    checkIn: (code) =>
      away.value
        ? Promise.reject(new ApiError("check_in_away", {}, "", 0))
        : checkInTicket({ hall: snapshot.value!.hall.code, token, code }),
    add: (ticket, service) => heeded(addService({ token, ticket: ticket.token, service: service.code })),
    look: (ticket) => lookAt(ticket.token),
    taken: (ticket) => {
      const hall = live.state.snapshot?.hall
      if (!ticket.away || printsHere === null || !hall) paper.follow(ticket.print)
      else
        void paper.here(printHere(ticket, hall, printsHere, headDots)).then((good) => {
          if (good) visit.printed()
        })
    },
  })

  /** Also a plan that is older than a stop gives nothing of the stopped service. */
  function reserveGives(code: string): boolean {
    const now = live.serverNow()
    const known = live.state.snapshot?.hall.services.find((one) => one.code === code)
    return known !== undefined && !isStopped(known, now) && reserve.gives(code, now)
  }

  /** From the server; from this machine's own numbers when it is away, or does not answer. A refusal is an answer. */
  async function takeSomehow(service: Service, status: string | null): Promise<TakenTicket> {
    const language = visit.state.language === USUAL ? null : visit.state.language
    const ownGives = (): boolean => reserveGives(service.code)
    const own = async (insteadOf: string | null): Promise<TakenTicket | null> =>
      ownGives() ? reserve.take(service, status, insteadOf, language).catch(() => null) : null
    if (away.value) {
      const ticket = await own(null)
      if (ticket) return ticket
    }
    const key = requestId()
    const wish = { hall: live.state.snapshot!.hall.code, token, service: service.code, status, language }
    const patience = ownGives() ? { ...patient, giveUpMs: PATIENCE_MS, hopeless: () => lineAway.value } : patient
    try {
      return await takeTicket(wish, patience, key)
    } catch (error) {
      const ticket = isUnanswered(error) ? await own(key) : null
      if (ticket) return ticket
      throw error
    }
  }

  function report(): void {
    const out = paper.state.fault === "paper_out"
    live.tell("status", {
      page: face.value ?? visit.state.step.name,
      printer_error: paper.state.fault,
      paper: out ? "out" : "ok",
      to_hand_in: reserve.toHandIn.value,
      refused: reserve.refused.value.join(", ").slice(0, 4000),
    })
  }

  const refresh = oneAtATime(async () => {
    const hall = live.state.snapshot?.hall.code
    if (!hall) return
    const path = `/halls/${encodeURIComponent(hall)}`
    try {
      const [board, shown] = await Promise.all([api.get<PublicSnapshot>(`${path}/board`), api.get<Hall>(path)])
      expected.value = board.expected
      offered.value = shown.services
    } catch {
      /* the counts are still true, and the next time it comes through */
    }
  })

  /** A refusal that tells of another offer than the one in sight has the offers asked for anew. */
  function heeded<T>(asked: Promise<T>): Promise<T> {
    asked.catch((error) => {
      if (isOutdated((error as ApiError).code)) void refresh()
    })
    return asked
  }

  let seconds = 0
  function tick(): void {
    seconds += 1
    clockNow.value = Date.now()
    visit.tick()
    reserve.tick(live.state.link === "live")
    if (seconds % BOARD_EVERY_S === 0 && face.value === null) void refresh()
    if (seconds % STATUS_EVERY_S === 0) report()
  }

  /** All words are here before somebody asks for them: the machine goes on while the server is away. */
  const learned = new Set<string>()
  async function learnLanguages(): Promise<void> {
    if (!(await askLanguages())) return
    for (const { code } of languages.value.slice(2)) {
      const found = learned.has(code) ? null : await wordsOf(code)
      if (!found) continue
      learned.add(code)
      loadLetters([...new Set(Object.values(found.words).join("") + found.name)].join(""))
    }
  }

  live.on<PrintMessage>("print_state", paper.hear)
  watch(
    () => live.state.snapshot?.hall,
    (hall) => {
      if (hall) loadLetters(lettersOf(hall))
    },
  )
  watch(
    () => live.state.link,
    (link) => {
      awaySince.value = link === "live" ? null : (awaySince.value ?? Date.now())
      if (link === "live") {
        report()
        void learnLanguages()
      }
    },
  )
  watch([() => paper.state.fault, reserve.toHandIn, reserve.refused], report)
  // A page that stops the machine ends the visit, except that a ticket in sight stays there.
  watch(face, (now) => {
    if (now !== null && visit.state.step.name !== "ticket" && visit.state.step.name !== "taking") visit.stop()
  })

  // A question about a service that was closed meanwhile, or is used up, is not asked to its end.
  watch(
    () => {
      const step = visit.state.step
      return (
        step.name === "status" &&
        !snapshot.value?.hall.services.some((one) => one.code === step.service.code && one.open)
      )
    },
    (gone) => {
      if (gone) visit.gone()
    },
  )

  // Who still stands at the machine when the number is called is told so there.
  watch(
    () => snapshot.value?.calls[0],
    (call) => {
      if (call?.state === "called") visit.called(call.number)
    },
  )

  /** The question "still there?" is answered, not touched away: Tab goes to its buttons, and a press must find them there. */
  function touched(): void {
    if (visit.still.value === null) visit.touched()
  }

  const scanner = createScanner()
  function typed(event: KeyboardEvent): void {
    touched()
    const code = scanner.key(event.key, Date.now())
    if (code === null || snapshot.value === null || face.value !== null) return
    event.preventDefault() // Enter must not press the button that has the focus too
    visit.checkIn(code)
  }

  const ticking = setInterval(tick, 1_000)
  onMounted(() => {
    document.addEventListener("pointerdown", touched)
    document.addEventListener("keydown", typed)
  })
  onBeforeUnmount(() => {
    document.removeEventListener("pointerdown", touched)
    document.removeEventListener("keydown", typed)
    clearInterval(ticking)
    paper.stop()
    live.close()
    reserve.close()
  })

  return { live, snapshot, face, visit, paper: paper.state, lowByDefault, away, refused: reserve.refused }
}
