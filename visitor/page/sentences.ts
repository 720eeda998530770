/** What a face says: a sentence, what to do, and the tab's title. */
import { textOf } from "../../web/i18n"
import { momentText, rangeText, untilText } from "../../web/time"
import type { Hall, VisitorTicket } from "../../web/types"
import { isCalled, isQueued, type Face } from "./faces"
import type { Offer } from "./taking"
import { v } from "./visitWords"
import { t } from "./words"

/** The state in one sentence; for a call without the counter, which the page shows by itself, huge. */
export function headline(face: Face, ticket: VisitorTicket, hall: Hall | null): string {
  switch (face) {
    case "transferred": {
      const place = placeName(ticket, hall)
      return place ? t("transferred", { place }) : t("transferredBare")
    }
    case "next_step":
      return v("next_step", { service: textOf(ticket.service_name) })
    case "aside":
      return v("aside")
    case "serving":
      return ticket.counter ? t("serving", { counter: counterText(ticket) }) : t("servingBare")
    default:
      return t(face)
  }
}

/** What the visitor does now; the hall's own words where it has them. */
export function whatToDo(face: Face, ticket: VisitorTicket, hall: Hall | null, now: number): string {
  switch (face) {
    case "called":
    case "recalled":
      return t("calledDo")
    case "next_step":
      return v("next_stepDo")
    case "aside":
    case "parked":
      return comesBack(face, ticket, hall, now)
    case "scheduled":
      return ticket.due_at
        ? v("scheduledAt", { at: momentText(ticket.due_at, now, hall?.time_zone) })
        : t("scheduledDo")
    case "held":
      return held(ticket, hall, now)
    case "no_show":
      return t(ticket.can_rejoin ? "no_showDoRejoin" : "no_showDo")
    case "closed":
      return closed(ticket, hall, now)
    default:
      return t(`${face}Do`)
  }
}

/** When the hall opens again, and whether the number is still good then: it ends with the business day. */
function closed(ticket: VisitorTicket, hall: Hall | null, now: number): string {
  if (!hall?.next_open) return t("closedDo")
  const ends = ticket.ends_at ?? null
  const kept = ends === null || Date.parse(hall.next_open) < Date.parse(ends)
  return t(kept ? "closedNext" : "closedOver", { at: momentText(hall.next_open, now, hall.time_zone) })
}

/** Where to come back to, and when where a time was agreed. */
function held(ticket: VisitorTicket, hall: Hall | null, now: number): string {
  if (ticket.due_at) return v("heldUntil", { at: momentText(ticket.due_at, now, hall?.time_zone) })
  return ticket.counter ? v("heldAt", { counter: counterText(ticket) }) : t("heldDo")
}

/** What becomes of a number that was missed, or lets others pass. */
function comesBack(face: "aside" | "parked", ticket: VisitorTicket, hall: Hall | null, now: number): string {
  const calls = ticket.returns_after
  if (face === "aside") {
    const at = ticket.due_at ? momentText(ticket.due_at, now, hall?.time_zone) : ""
    return calls === null ? v("asideUntil", { at }) : v("asideDo", { n: calls, at })
  }
  const own = textOf(hall?.texts.missed) || t(ticket.can_rejoin ? "parkedDo" : "parkedDoDesk")
  return calls === null ? own : `${own} ${v("parkedReturns", { n: calls })}`
}

/** "5号窗口", "Counter 5": the counter's own name, else made from its code. */
export function counterText(ticket: VisitorTicket): string {
  const own = textOf(ticket.counter_name)
  if (own) return own
  return `${t("counterBefore")} ${ticket.counter ?? ""} ${t("counterAfter")}`.trim()
}

/** The number first, since a tab shows few letters: "A013 · 3 ahead". */
export function titleOf(face: Face, ticket: VisitorTicket): string {
  if (isCalled(face)) return `${ticket.number} → ${counterText(ticket)}`
  if (!isQueued(face) || face === "closed" || ticket.ahead === null) return `${ticket.number} · ${t(titleKey(face))}`
  return `${ticket.number} · ${ticket.ahead === 0 ? t("noneAhead") : t("ahead", { n: ticket.ahead })}`
}

/** What stands below a service: the queue before it and what is left today, or why it gives no number. */
export function offerDetail({ service, waiting, expected }: Offer, now = Date.now(), timeZone?: string): string {
  if (!service.open)
    return service.refused === "quota_used"
      ? v("usedUp")
      : service.refused === "taking_ended"
        ? v("ended")
        : t("takeStopped")
  const remaining = service.remaining ?? null
  const parts = [
    t("takeWaiting", { n: waiting }),
    expected ? rangeText(expected) : "",
    expected ? untilText(expected, now, timeZone) : "",
    remaining === null ? "" : v("left", { n: remaining }),
  ]
  return parts.filter(Boolean).join(" · ")
}

/** The wait as a range, or that there is none yet. */
export function waitText(ticket: VisitorTicket): string {
  return ticket.wait ? rangeText(ticket.wait) : t(ticket.state === "waiting" ? "waitUnmanned" : "waitUnknown")
}

type Titled = Exclude<Face, "serving" | "transferred" | "next_step" | "aside"> | "servingBare" | "transferredBare"

function titleKey(face: Face): Titled {
  if (face === "serving") return "servingBare"
  if (face === "next_step") return "waiting"
  if (face === "aside") return "parked"
  return face === "transferred" ? "transferredBare" : face
}

function placeName(ticket: VisitorTicket, hall: Hall | null): string {
  return textOf(hall?.counter_types.find((one) => one.code === ticket.counter_type)?.name)
}
