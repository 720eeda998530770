/** How a device is, from whether it is connected and what it last said of itself: pure. */
import type { SeenDevice } from "./shapes"

export type DeviceState =
  | "ok"
  | "silent"
  | "sound_blocked"
  | "muted"
  | "sound_off"
  | "degraded"
  | "dead"
  | "paper_low"
  | "paper_out"
  | "printer_error"

/** Which of the states need somebody. */
export const TROUBLE: readonly DeviceState[] = ["silent", "sound_blocked", "degraded", "dead", "paper_low", "paper_out", "printer_error"]

const SOUND: Record<string, DeviceState> = { blocked: "sound_blocked", muted: "muted", off: "sound_off" }

export function deviceState({ alive, kind, status }: SeenDevice): DeviceState {
  if (!alive) return "silent"
  if (kind === "display") return SOUND[String(status.sound)] ?? "ok"
  if (kind === "announcer") return status.state === "dead" ? "dead" : status.state === "degraded" ? "degraded" : "ok"
  if (status.paper === "out") return "paper_out"
  if (status.printer_error) return "printer_error"
  return status.paper === "low" ? "paper_low" : "ok"
}

export const needsSomebody = (device: SeenDevice): boolean => TROUBLE.indexOf(deviceState(device)) >= 0

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
