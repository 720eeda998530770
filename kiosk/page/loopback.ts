/** Paper while the server is away: the print agent on this PC has a door for the page beside it. */
import { both } from "./sentences"
import { fromEntries } from "../../web/records"
import type { Hall, Text } from "../../web/types"
import type { TakenTicket } from "./taking"

const DOOR = "http://127.0.0.1:8765/print"
/** As long as the agent's door answers at the latest: a ticket on a slow serial line takes half a minute. */
const LONGEST_MS = 125_000
/** Paper is short: the traditional form, there for the Cantonese voice, only where the simplified one is not. */
const onPaper = (languages: readonly string[]): string[] =>
  languages.filter((one) => one !== "zh-HK" || !languages.includes("zh-CN"))

/** A text in the languages that paper has words in; those that a hall adds by files are for pages. */
const onlyPrinted = (text: Text): Record<string, string> =>
  fromEntries(
    Object.entries(text).filter(
      (entry): entry is [string, string] => ["zh-CN", "zh-HK", "en"].includes(entry[0]) && Boolean(entry[1]),
    ),
  )

/** What stands on the paper: the shape of a print job's `ticket` (docs/printing.md). */
export function printed(ticket: TakenTicket, hall: Hall): Record<string, unknown> {
  const said = both("awayPaper")
  const missed = hall.texts.missed
  return {
    number: ticket.number,
    hall: onlyPrinted(ticket.hall_name),
    service: onlyPrinted(ticket.service_name),
    issued_at: inZone(ticket.issued_at, hall.time_zone),
    ahead: null,
    wait: null,
    counters: ticket.counters,
    url: ticket.url,
    steps: [],
    appointment: null,
    called_from: null,
    scan_later: true,
    note: { "zh-CN": `${said.zh}${missed["zh-CN"]}`, en: `${said.en} ${missed.en}`.trim() },
    lines: (ticket.paper?.lines ?? []).map(onlyPrinted),
    ...(ticket.paper?.picture ? { picture: ticket.paper.picture } : {}),
    languages: onPaper(hall.languages),
  }
}

/** Print it on this PC's printer; null when it is on paper, else why not. The same ticket is printed once. `dots`: of its head, where unusual. */
export async function printHere(
  ticket: TakenTicket,
  hall: Hall,
  widthMm: number,
  dots?: number | null,
): Promise<string | null> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), LONGEST_MS)
  try {
    const answer = await fetch(DOOR, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        key: ticket.token,
        ticket: printed(ticket, hall),
        width_mm: widthMm,
        ...(dots ? { dots } : {}),
      }),
      signal: stop.signal,
      credentials: "omit",
    })
    const body = (await answer.json()) as { printed?: boolean; error?: { code?: string } }
    return answer.ok && body.printed === true ? null : (body.error?.code ?? "unreachable")
  } catch {
    return "unreachable"
  } finally {
    clearTimeout(timer)
  }
}

/** A moment as RFC 3339 on the hall's clock, for a printer that prints it as it stands. */
export function inZone(at: string, timeZone: string): string {
  const moment = Math.floor(Date.parse(at) / 1000) * 1000
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hour12: false,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(moment)
  const of = (type: string): string => parts.find((one) => one.type === type)?.value ?? "00"
  const hour = of("hour") === "24" ? "00" : of("hour") // midnight without hourCycle, which is younger than Chrome 69
  const wall = `${of("year")}-${of("month")}-${of("day")}T${hour}:${of("minute")}:${of("second")}`
  const minutes = Math.round((Date.parse(`${wall}Z`) - moment) / 60_000)
  const ahead = Math.abs(minutes)
  const two = (n: number): string => String(n).padStart(2, "0")
  return `${wall}${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
}
