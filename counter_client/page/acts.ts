/** What the buttons say and whether they can be pressed, from the situation at the counter. Pure. */
import { textOf } from "../../web/i18n"
import { reasonName } from "../../web/pauses"
import { waited } from "../../web/time"
import type { Hall, Outlook, StaffCounter, StaffTicket } from "../../web/types"
import type { Act } from "./keyboard"
import { t, word } from "./messages"
import { goesOn, nextHere } from "./visit"

export interface Situation {
  online: boolean
  hall: Hall
  counter: StaffCounter
  ticket: StaffTicket | null
  /** Null until the first answer: then "next" is offered without a number. */
  outlook: Outlook | null
  /** Server's time in ms. */
  now: number
}

export interface MainAct {
  does: "call_next" | "start" | "complete" | "resume" | null
  label: string
  detail: string
}

const NO_RULES = { on_next: "start", next_guard_s: 1.5, undo_s: 10, recall_gap_s: 5, recall_limit: 5 }
export const rulesOf = (hall: Hall): typeof NO_RULES => hall.rules ?? NO_RULES

/** The one button that says what will happen. */
export function mainAct({ hall, counter, ticket, outlook, now }: Situation): MainAct {
  if (counter.state === "paused") {
    const reason = counter.reason
      ? t("resumeDetail", { reason: reasonName(hall, counter.reason) })
      : t("resumeNoReason")
    return { does: "resume", label: t("resume"), detail: reason }
  }
  const next = outlook?.next ?? null
  if (ticket && startsFirst(hall, ticket)) {
    return {
      does: "start",
      label: t("startHere", { number: ticket.number }),
      detail: next ? t("startThen", { number: next.number }) : t("startOnly"),
    }
  }
  if (outlook === null) return { does: "call_next", label: t("nextPlain"), detail: "" }
  const onward = ticket ? goesOn(hall, ticket) : ""
  if (next) {
    const label = !ticket
      ? t("next", { number: next.number })
      : t(onward ? "nextOnward" : "nextAfter", { number: next.number })
    const since = { waited: waited(next.waiting_since, now), service: serviceName(hall, next.service) }
    return {
      does: "call_next",
      label,
      detail: onward ? t("nextOnwardDetail", { onward, number: next.number, ...since }) : t("nextDetail", since),
    }
  }
  if (ticket) {
    const detail = outlook.others ? t("nothingForYouDetail", { n: outlook.others }) : t("completeOnlyDetail")
    return {
      does: "complete",
      label: onward ? t("onwardOnly", { onward }) : t("completeOnly", { number: ticket.number }),
      detail,
    }
  }
  if (outlook.others) {
    return { does: null, label: t("nothingForYou"), detail: t("nothingForYouDetail", { n: outlook.others }) }
  }
  return { does: null, label: t("nobody"), detail: t("nobodyDetail") }
}

/** Why an act cannot be done now, as a sentence; "" when it can. */
export function whyNot(act: Act, situation: Situation): string {
  const { ticket, counter } = situation
  if (act === "search" || act === "help") return ""
  if (!situation.online) return t("needOnline")
  if (act === "next") {
    if (ticket && justCalled(situation, ticket)) return t("justCalled", { number: ticket.number })
    if (ticket && justStarted(situation, ticket)) return t("justStarted", { number: ticket.number })
    const main = mainAct(situation)
    return main.does === null ? main.detail : ""
  }
  if (act === "pause") return counter.state === "paused" ? t("needOpen") : ""
  if (act === "undo" || act === "take_out" || act === "take_back" || act === "sign_off") return ""
  if (act === "reopen") return ticket ? t("reopenBusy") : ""
  if (ticket === null) return t("needTicket")
  if (act === "start") return ticket.state === "serving" ? t("needNotStarted") : ""
  if (act === "recall") return whyNoRecall(situation, ticket)
  if (act === "go_on" && nextHere(situation.hall, counter.code, ticket) === null) return t("needHere")
  return ""
}

/** Whether the main key begins the ticket: its visitor was called, and the hall wants to hear who came. */
export function startsFirst(hall: Hall, ticket: StaffTicket): boolean {
  return ticket.state === "called" && rulesOf(hall).on_next !== "complete"
}

/** Whether the visitor was called a moment ago: a second press in the same breath would say that they are here. */
export function justCalled(situation: Situation, ticket: StaffTicket): boolean {
  return ticket.state === "called" && justNow(situation, ticket.called_at)
}

/** Whether the ticket was begun a moment ago: a second press in the same breath would send the visitor away. */
function justStarted(situation: Situation, ticket: StaffTicket): boolean {
  return ticket.state === "serving" && justNow(situation, ticket.started_at)
}

function justNow({ hall, now, counter }: Situation, at: string | null): boolean {
  return counter.state === "open" && at !== null && now - Date.parse(at) < rulesOf(hall).next_guard_s * 1000
}

function whyNoRecall({ hall, now }: Situation, ticket: StaffTicket): string {
  const limit = rulesOf(hall).recall_limit
  if (ticket.calls > limit) return t("recallSpent", { n: limit })
  const rest = recallRest(hall, ticket, now)
  return rest > 0 ? t("recallWait", { n: rest }) : ""
}

/** Seconds until the ticket may be recalled. */
export function recallRest(hall: Hall, ticket: StaffTicket, now: number): number {
  if (ticket.last_called_at === null) return 0
  const since = now - Date.parse(ticket.last_called_at)
  return Math.max(0, Math.ceil(rulesOf(hall).recall_gap_s - since / 1000))
}

/** The numbers to call by voice when the line is cut: at most three, the next one first. */
export function nextThree(outlook: Outlook | null): Outlook["upcoming"] {
  if (!outlook) return []
  const all: Outlook["upcoming"] = outlook.next ? [outlook.next, ...outlook.upcoming] : outlook.upcoming
  return all.filter((ticket, i) => all.findIndex((other) => other.number === ticket.number) === i).slice(0, 3)
}

export function serviceName(hall: Hall, code: string): string {
  return textOf(hall.services.find((service) => service.code === code)?.name) || code
}

export function typeName(hall: Hall, code: string): string {
  return textOf(hall.counter_types.find((type) => type.code === code)?.name) || code
}

export const languageName = (code: string): string => word(`lang_${code.replace("-", "")}`, code)

/** Where a ticket stands, for the search. */
export function stateText(ticket: StaffTicket): string {
  if (ticket.state === "called") return t("ticket_called", { counter: ticket.counter ?? "" })
  if (ticket.state === "serving") return t("ticket_serving", { counter: ticket.counter ?? "" })
  return t(`ticket_${ticket.state}`)
}

/** "2 h 5 min" */
export function hoursMinutes(minutes: number): string {
  return minutes < 60
    ? t("minutes", { m: minutes })
    : t("hoursMinutes", { h: Math.floor(minutes / 60), m: minutes % 60 })
}
