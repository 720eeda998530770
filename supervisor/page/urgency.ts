/**
 * The order of the services table: what needs somebody stands on top, and rows do not jump.
 *
 * A row's place depends on its level only, never on a count; rows of one level stay in the hall's own order. A row that
 * gets worse rises at once, one that gets better sinks only after `SETTLE_MS`, and nothing moves while somebody points
 * at the table.
 */
import { urgencyOf } from "./figures"
import type { ServiceLine } from "./shapes"

export type Level = "unserved" | "too_long" | "long" | "waiting" | "calm"
const RANK: Record<Level, number> = { unserved: 0, too_long: 1, long: 2, waiting: 3, calm: 4 }
const SETTLE_MS = 30_000
const FEWEST = 6

export interface Row {
  line: ServiceLine
  /** How it is now. */
  level: Level
  /** The level that holds its place, and until when it keeps it at least. */
  placed: Level
  until: number
}

export function levelOf(line: ServiceLine, now: number): Level {
  if (line.waiting > 0 && line.open_counters + (line.fallback_counters ?? 0) === 0) return "unserved"
  const urgency = urgencyOf(line, now)
  if (urgency !== "calm") return urgency
  return line.waiting > 0 ? "waiting" : "calm"
}

/** The rows for `lines`, given those shown before. `still`: somebody points at the table, so no row changes its place. */
export function arrange(before: Row[], lines: ServiceLine[], now: number, still = false): Row[] {
  const known = new Map(before.map((row) => [row.line.code, row]))
  const rows = lines.map((line) => place(line, known.get(line.code), now))
  if (still && before.length) {
    const order = new Map(before.map((row, index) => [row.line.code, index]))
    const at = (row: Row): number => order.get(row.line.code) ?? before.length
    return rows.sort((a, b) => at(a) - at(b))
  }
  return rows.sort((a, b) => RANK[a.placed] - RANK[b.placed]) // stable: the hall's order within a level
}

/**
 * The rows to show: every one that needs somebody or was stopped, wherever it stands while somebody points at the table, and
 * others up to `FEWEST` in all; a hall of 40 services fits one look.
 */
export function folded(rows: Row[]): Row[] {
  const shown = Math.max(rows.filter(needsSomebody).length, FEWEST)
  if (rows.length <= shown + 1) return rows // one row is not worth a button
  return rows.filter((row, index) => index < shown || needsSomebody(row) || row.line.open === false)
}

function needsSomebody(row: Row): boolean {
  return Math.min(RANK[row.level], RANK[row.placed]) < RANK.waiting
}

function place(line: ServiceLine, was: Row | undefined, now: number): Row {
  const level = levelOf(line, now)
  const worseOrSame = !was || RANK[level] <= RANK[was.placed]
  if (worseOrSame || now >= was.until) return { line, level, placed: level, until: now + SETTLE_MS }
  return { line, level, placed: was.placed, until: was.until }
}
