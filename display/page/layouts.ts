/**
 * The layouts of the large screen, as data: boxes that share out their space, and panels in them.
 * A hall names one of these in its settings, or writes its own of the same shape; no layout has code of its own.
 */

/** What a panel shows: the hall's name and clock, the present calls, the last calls, the waiting, one line of words, a counter's sign. */
export const PANELS = ["header", "stage", "list", "footer", "line", "sign"] as const
export type PanelName = (typeof PANELS)[number]

/** A leaf. `share` is its part of the box around it, in percent; `zone` picks the n-th zone of the screen; `rows` bounds a list. */
export interface Panel {
  panel: PanelName
  share: number
  zone?: number
  rows?: number
  columns?: number
}

/** Parts side by side (`row`) or one below the other (`column`). */
export interface Box {
  box: "row" | "column"
  share: number
  parts: Part[]
}

export type Part = Panel | Box

export interface Layout {
  name: string
  root: Box
}

const column = (share: number, ...parts: Part[]): Box => ({ box: "column", share, parts })
const row = (share: number, ...parts: Part[]): Box => ({ box: "row", share, parts })
const panel = (name: PanelName, share: number, more: Partial<Panel> = {}): Panel => ({ ...more, panel: name, share })

export type LayoutName = "landscape-list" | "portrait-list" | "split" | "list-only" | "counter-sign"

/** The layouts that come with the project, by name. */
export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  "landscape-list": {
    name: "landscape-list",
    root: column(
      100,
      panel("header", 10),
      row(70, panel("stage", 66), panel("list", 34, { rows: 9 })),
      panel("footer", 12),
      panel("line", 8),
    ),
  },
  "portrait-list": {
    name: "portrait-list",
    root: column(
      100,
      panel("header", 7),
      panel("stage", 33),
      panel("list", 39, { rows: 12 }),
      panel("footer", 12, { columns: 2 }),
      panel("line", 9),
    ),
  },
  split: {
    name: "split",
    root: column(
      100,
      panel("header", 10),
      row(
        82,
        column(50, panel("stage", 50, { zone: 0 }), panel("list", 50, { zone: 0, rows: 6 })),
        column(50, panel("stage", 50, { zone: 1 }), panel("list", 50, { zone: 1, rows: 6 })),
      ),
      panel("line", 8),
    ),
  },
  "list-only": {
    name: "list-only",
    root: column(
      100,
      panel("header", 10),
      panel("list", 70, { rows: 10, columns: 2 }),
      panel("footer", 12),
      panel("line", 8),
    ),
  },
  "counter-sign": { name: "counter-sign", root: column(100, panel("sign", 100)) },
}

/** The layout a hall or a device asks for: a name, one of its own, or nothing (then by the screen's shape). Null when it is wrong. */
export function layoutFrom(wanted: unknown, screen: { width: number; height: number }): Layout | null {
  if (wanted === undefined || wanted === null || wanted === "" || wanted === "auto") {
    return LAYOUTS[screen.height > screen.width ? "portrait-list" : "landscape-list"]
  }
  if (typeof wanted === "string") {
    return Object.prototype.hasOwnProperty.call(LAYOUTS, wanted) ? LAYOUTS[wanted as LayoutName] : null
  }
  return isLayout(wanted) ? wanted : null
}

/** True for a layout whose parts are known panels and whose shares add up to at most 100 in every box. */
export function isLayout(value: unknown): value is Layout {
  const layout = value as Layout | null
  return (
    typeof layout === "object" &&
    layout !== null &&
    typeof layout.name === "string" &&
    layout.name.length <= 40 &&
    isPart(layout.root, 0) &&
    "box" in layout.root
  )
}

function isPart(value: unknown, depth: number): value is Part {
  if (typeof value !== "object" || value === null || depth > 6) return false
  const part = value as Partial<Box & Panel>
  if (typeof part.share !== "number" || !(part.share > 0 && part.share <= 100)) return false
  if (part.panel !== undefined) return PANELS.indexOf(part.panel) >= 0 && countsAreWhole(part)
  if (part.box !== "row" && part.box !== "column") return false
  if (!Array.isArray(part.parts) || part.parts.length === 0) return false
  const total = part.parts.reduce((sum, inner) => sum + Number(inner?.share), 0)
  return total <= 100.001 && part.parts.every((inner) => isPart(inner, depth + 1))
}

function countsAreWhole(part: Partial<Panel>): boolean {
  return [part.zone, part.rows, part.columns].every((n) => n === undefined || (Number.isInteger(n) && n >= 0))
}

/** True when some part of the layout shows this panel. */
export function shows(part: Part, name: PanelName): boolean {
  return "panel" in part ? part.panel === name : part.parts.some((inner) => shows(inner, name))
}
