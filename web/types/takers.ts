/** Who takes part: devices and staff. */

export type DeviceKind = "display" | "kiosk" | "announcer" | "printer"

export interface Device {
  id: string | number
  kind: DeviceKind
  hall: string
  zone: string | null
  name: string
  settings: Record<string, unknown>
}

export interface User {
  username: string
  name: string
  role: "clerk" | "supervisor" | "admin"
  halls: string[]
}
