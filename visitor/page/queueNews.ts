/** What a call of somebody else changes on this phone at once; the exact figures follow with the next answer. */
import type { QueueNews, VisitorTicket } from "../../web/types"

/** Whoever has so many ahead at most asks at once: only they are about to go, and they are few in each queue. */
const NEAR = 20
const SHOWN = 3

/** Whether the news concern this ticket. */
export const concerns = (ticket: VisitorTicket, news: QueueNews): boolean =>
  ticket.queues.some((type) => news.counter_types.includes(type))

export const isNear = (ticket: VisitorTicket): boolean => ticket.ahead !== null && ticket.ahead <= NEAR

/** The ticket after calls that it does not know yet: one fewer ahead for each of its queue, and who is served now. */
export function afterCalls(ticket: VisitorTicket, news: QueueNews): VisitorTicket {
  const calls = news.calls.filter((call) => call.seq > ticket.seq && call.number !== ticket.number)
  const mine = calls.filter((call) => call.counter_types.includes(ticket.queues[0] ?? ""))
  if (!mine.length) return ticket
  const serving = [...mine].reverse().map(({ number, counter }) => ({ number, counter }))
  const others = ticket.now_serving.filter((one) => !serving.some((call) => call.counter === one.counter))
  return {
    ...ticket,
    ahead: ticket.ahead === null ? null : Math.max(0, ticket.ahead - mine.length),
    now_serving: [...serving, ...others].slice(0, Math.max(SHOWN, ticket.now_serving.length)),
    seq: Math.max(...mine.map((call) => call.seq)),
  }
}
