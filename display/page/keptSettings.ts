/** What the hall told this screen about itself, kept for the next start; the token alone says nothing of it. */
import type { Device } from "../../web/types"

const STORED = "hallcall.display.device"
export type KnownDevice = Pick<Device, "zone" | "settings">

export function keepSettings(device: Device): KnownDevice {
  const known = { zone: device.zone, settings: device.settings ?? {} }
  try {
    localStorage.setItem(STORED, JSON.stringify(known))
  } catch {
    // No storage: known until the page is closed.
  }
  return known
}

export function keptSettings(): KnownDevice | null {
  try {
    const known = JSON.parse(localStorage.getItem(STORED) ?? "null") as KnownDevice | null
    return known !== null && typeof known.settings === "object" && known.settings !== null ? known : null
  } catch {
    return null
  }
}
