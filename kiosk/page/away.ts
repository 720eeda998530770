/** Going on while the server is away: the reserve is kept full, numbers come from it, and they are handed in afterwards. */
import { computed, type ComputedRef, ref, type Ref, shallowRef } from "vue"
import { api } from "../../web/api"
import { oneAtATime } from "../../web/offers"
import type { Hall, Service } from "../../web/types"
import { gives, type Given, type Kept, openReserve, type Plan, type Reserve } from "./reserve"
import type { TakenTicket } from "./taking"

const MOST_AT_ONCE = 100
/** The plan follows what opens and closes; it is asked for at most this often, and now and then without a reason. */
const SOONEST_S = 5
const ANYWAY_S = 120
const HAND_IN_EVERY_S = 5

interface HandedIn {
  entered: Pick<Given, "day" | "number">[]
  refused: (Pick<Given, "day" | "number"> & { code: string })[]
}

export interface Away {
  /** Numbers given here that the server does not have yet. */
  toHandIn: ComputedRef<number>
  /** Numbers that the server did not take: an attendant must see to them. */
  refused: ComputedRef<string[]>
  /** Whether a service gives a number of the reserve now. */
  gives(service: string, now: number): boolean
  /** The ticket with the next number of the reserve; null when there is none. */
  take(
    service: Service,
    status: string | null,
    insteadOf: string | null,
    language?: string | null,
  ): Promise<TakenTicket | null>
  /** What is offered has changed. */
  changed(): void
  /** To be called once a second; `live`: the server is there. */
  tick(live: boolean): void
  close(): void
}

export interface AwayOptions {
  token: string
  hall: () => Hall | null
  /** Now by the server's clock (ms). */
  now: () => number
  reserve?: Reserve
}

export function createAway({ token, hall, now, reserve = openReserve(token.slice(0, 8)) }: AwayOptions): Away {
  const kept = shallowRef<Kept | null>(null)
  const given: Ref<Given[]> = shallowRef([])
  const dirty = ref(true)
  let sinceAsked = SOONEST_S
  let sinceHandedIn = HAND_IN_EVERY_S

  const path = (name: string): string => `/halls/${encodeURIComponent(hall()!.code)}/${name}`
  const look = async (): Promise<void> => {
    given.value = await reserve.given()
  }

  const ask = oneAtATime(async () => {
    sinceAsked = 0
    dirty.value = false
    try {
      const keeper = await reserve.keeper()
      const before = await reserve.read()
      const used = before && now() < Date.parse(before.plan.until) ? before.used : {}
      kept.value = await reserve.keep(await api.post<Plan>(path("number-blocks"), { keeper, used }, { token }))
      await forgetRefused(kept.value.plan.day)
    } catch {
      dirty.value = true // what is kept is still good, and it is asked for again
    }
  })

  /** Refused ones stay in sight for the day; the supervisor's view has named them too. */
  async function forgetRefused(today: string): Promise<void> {
    const old = (await reserve.given()).filter(
      (one) => one.refused !== null && one.day < today && one.hall === hall()?.code,
    )
    if (old.length) await reserve.handedIn(old)
    await look()
  }

  const handIn = oneAtATime(async () => {
    sinceHandedIn = 0
    await look()
    const code = hall()!.code
    const all = given.value.filter((one) => one.hall === code && one.refused === null)
    for (let from = 0; from < all.length; from += MOST_AT_ONCE) {
      const some = all.slice(from, from + MOST_AT_ONCE)
      try {
        const answer = await api.post<HandedIn>(path("tickets/from-machine"), { tickets: some.map(told) }, { token })
        await reserve.handedIn(answer.entered.map((one) => ({ hall: code, day: one.day, number: one.number })))
        for (const one of answer.refused)
          await reserve.refused({ hall: code, day: one.day, number: one.number }, one.code)
      } catch {
        break /* they are kept, and handed in again in a moment */
      }
    }
    await look()
  })

  async function take(
    service: Service,
    status: string | null,
    insteadOf: string | null,
    language: string | null = null,
  ): Promise<TakenTicket | null> {
    const of = hall()
    if (of === null) return null
    const ticket = await reserve.take(of.code, { service: service.code, status, now: now(), insteadOf, language })
    kept.value = await reserve.read()
    await look()
    if (ticket === null || kept.value === null) return null
    dirty.value = true
    return asTicket(ticket, of, service, kept.value.plan)
  }

  function tick(live: boolean): void {
    sinceAsked += 1
    sinceHandedIn += 1
    if (!live || hall() === null) return
    if (toHandIn.value > 0 && sinceHandedIn >= HAND_IN_EVERY_S) void handIn()
    if (sinceAsked >= (dirty.value ? SOONEST_S : ANYWAY_S)) void ask()
  }

  // What an earlier page has kept: the numbers of its plan, and those that it could not hand in.
  void reserve
    .read()
    .then((found) => {
      kept.value ??= found
    })
    .then(look)
    .catch(() => undefined)
  void navigator.storage?.persist?.().catch(() => false) // else a full disk may empty the browser's store

  const toHandIn = computed(() => given.value.filter((one) => one.refused === null).length)
  return {
    toHandIn,
    refused: computed(() => given.value.filter((one) => one.refused !== null).map((one) => one.number)),
    gives: (service, at) => gives(kept.value, service, at),
    take,
    changed: () => {
      dirty.value = true
    },
    tick,
    close: () => void reserve.close().catch(() => undefined),
  }
}

/** A ticket as the server wants it handed in. */
function told({
  number,
  day,
  token,
  service,
  status,
  taken,
  language,
  instead_of: insteadOf,
}: Given): Record<string, string> {
  return {
    number,
    day,
    token,
    service,
    taken,
    ...(status === null ? {} : { status }),
    ...(insteadOf === null ? {} : { instead_of: insteadOf }),
    ...(language ? { language } : {}),
  }
}

/** Codes of the counters that may call it. */
function countersOf(hall: Hall, counterType: string): string[] {
  return hall.counters
    .filter((one) => one.counter_types.includes(counterType) || one.fallbacks.includes(counterType))
    .map((one) => one.code)
}

/**
 * A number of the reserve as the page shows a ticket: nothing is known of who is before it. Behind its address stand number and day, for a phone that asks before
 * the server knows the ticket.
 */
function asTicket(ticket: Given, hall: Hall, service: Service, plan: Plan): TakenTicket {
  return {
    number: ticket.number,
    token: ticket.token,
    hall: hall.code,
    hall_name: hall.name,
    service: service.code,
    service_name: service.name,
    counter_type: service.counter_type,
    state: "waiting",
    counter: null,
    counter_name: null,
    counters: countersOf(hall, service.counter_type),
    ahead: null,
    wait: null,
    queues: [],
    issued_at: ticket.taken,
    called_at: null,
    last_called_at: null,
    calls: 0,
    now_serving: [],
    tags: [],
    language: ticket.language ?? hall.languages[0] ?? "zh-CN",
    open: true,
    can_leave: false,
    can_rejoin: false,
    can_wait_longer: false,
    more_time: { calls: 0, left: 0 },
    stepped_aside: false,
    returns_after: null,
    due_at: null,
    told: null,
    can_rate: false,
    rating: null,
    steps: [],
    quantity: 1,
    appointment: null,
    policy: hall.policy ?? { name: "", title: { "zh-CN": "", en: "" } },
    url: `${plan.url}${ticket.token}#${ticket.number}.${ticket.day}`,
    notice: null,
    seq: 0,
    time: ticket.taken,
    print: null,
    away: true,
    ...(plan.ticket ? { paper: plan.ticket } : {}),
  }
}
