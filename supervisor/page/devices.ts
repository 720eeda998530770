/** How a device is, from whether it is connected and what it last said of itself: pure. */
import type { SeenDevice } from "./shapes"

export type DeviceState =
  | "ok"
  | "awaited"
  | "silent"
  | "sound_blocked"
  | "muted"
  | "sound_off"
  | "degraded"
  | "dead"
  | "paper_low"
  | "paper_out"
  | "cover_open"
  | "printer_offline"
  | "printer_unreachable"
  | "ticket_torn"
  | "printer_error"
  | "numbers_refused"
  | "handing_in"

/** Which of the states need nobody. */
const CALM: readonly DeviceState[] = ["ok", "awaited", "muted", "sound_off"]
const SOUND: Record<string, DeviceState> = { blocked: "sound_blocked", muted: "muted", off: "sound_off" }
const PRINTER: Record<string, DeviceState> = {
  paper_out: "paper_out",
  cover_open: "cover_open",
  offline: "printer_offline",
  unreachable: "printer_unreachable",
  torn: "ticket_torn",
}

/** All that is to be said of a device, the worst first: a ticket machine may lack paper and have numbers left. */
export function deviceStates({ alive, awaited, kind, status }: SeenDevice): DeviceState[] {
  if (!alive) return [awaited ? "awaited" : "silent"]
  if (kind === "display") return [SOUND[String(status.sound)] ?? "ok"]
  if (kind === "announcer") return [status.state === "dead" ? "dead" : status.state === "degraded" ? "degraded" : "ok"]
  const found = [numbersState(status), printerState(status)].filter((state) => state !== null)
  return found.length ? found : ["ok"]
}

function numbersState(status: Record<string, unknown>): DeviceState | null {
  if (status.refused) return "numbers_refused"
  return Number(status.to_hand_in) > 0 ? "handing_in" : null
}

function printerState(status: Record<string, unknown>): DeviceState | null {
  if (status.printer_error) return PRINTER[String(status.printer_error)] ?? "printer_error"
  return status.paper === "out" ? "paper_out" : status.paper === "low" ? "paper_low" : null
}

export const needsSomebody = (device: SeenDevice): boolean =>
  deviceStates(device).some((state) => CALM.indexOf(state) < 0)

/** Whether a device lets calls be heard. */
export const sounds = (device: SeenDevice): boolean => device.kind === "display" || device.kind === "announcer"

const share = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= 1 ? Math.round(value * 100) : null

/** The volume that a device is to have, and the one that it says it has (null: it says none), in percent. */
export function volumes({ settings, status }: SeenDevice): { wanted: number; reported: number | null } {
  return { wanted: share(settings?.volume) ?? 100, reported: share(status.volume) }
}

/** Those that need somebody first, else as they were given. */
export function byTrouble(devices: SeenDevice[]): SeenDevice[] {
  return [...devices].sort((a, b) => Number(needsSomebody(b)) - Number(needsSomebody(a)))
}

/** The numbers still to be spoken, over all zones of an announcer; null when it did not say. */
export function queued(device: SeenDevice): number | null {
  const queue = device.status.queue
  if (device.kind !== "announcer" || typeof queue !== "object" || queue === null) return null
  return Object.values(queue).reduce<number>((sum, count) => sum + (Number(count) || 0), 0)
}
