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
  | "numbers_refused"
  | "handing_in"

/** Which of the states need somebody. */
export const TROUBLE: readonly DeviceState[] = ["silent", "sound_blocked", "degraded", "dead", "paper_low", "paper_out", "printer_error", "numbers_refused", "handing_in"]

const SOUND: Record<string, DeviceState> = { blocked: "sound_blocked", muted: "muted", off: "sound_off" }

export function deviceState({ alive, kind, status }: SeenDevice): DeviceState {
  if (!alive) return "silent"
  if (kind === "display") return SOUND[String(status.sound)] ?? "ok"
  if (kind === "announcer") return status.state === "dead" ? "dead" : status.state === "degraded" ? "degraded" : "ok"
  if (status.refused) return "numbers_refused"
  if (status.paper === "out") return "paper_out"
  if (status.printer_error) return "printer_error"
  if (status.paper === "low") return "paper_low"
  return Number(status.to_hand_in) > 0 ? "handing_in" : "ok"
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
