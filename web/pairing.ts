/** A device gets its token once: by `#device=TOKEN` in the address, or by a code that a supervisor confirms. */
import { shallowReactive } from "vue"
import { api } from "./api"
import type { Device, DeviceKind } from "./types"

const ASK_EVERY_MS = 2_000
const AGAIN_MS = 5_000

interface Begun {
  code: string
  secret: string
  expires_at: string
  confirm_url: string
}
interface Asked {
  state: string
  token?: string
  device?: Device
}

export interface PairingState {
  /** `asking`: no code yet; `showing`: a code waits for a supervisor; `offline`: the server does not answer; `paired`. */
  phase: "asking" | "showing" | "offline" | "paired"
  code: string | null
  /** What the QR code says. */
  confirmUrl: string | null
  token: string | null
  /** Known when paired just now; a stored token says who it is by its connection. */
  device: Device | null
}

export interface Pairing {
  state: PairingState
  start(): void
  stop(): void
}

/** The device's token, or null when it is not paired. Takes it from `#device=` and strips that from the address. */
export function deviceToken(kind: DeviceKind): string | null {
  const found = /[#&]device=([^&]+)/.exec(location.hash)
  if (found?.[1]) {
    const token = decodeURIComponent(found[1])
    keepDeviceToken(kind, token)
    history.replaceState(history.state, "", location.pathname + location.search)
    return token
  }
  try {
    return localStorage.getItem(storedAs(kind))
  } catch {
    return null
  }
}

export function keepDeviceToken(kind: DeviceKind, token: string): void {
  try {
    localStorage.setItem(storedAs(kind), token)
  } catch {
    /* no storage: paired until the page is closed */
  }
}

/** After `bad_token`: the device was taken out, it pairs anew. */
export function forgetDeviceToken(kind: DeviceKind): void {
  try {
    localStorage.removeItem(storedAs(kind))
  } catch {
    /* nothing was kept */
  }
}

/** Shows codes until a supervisor confirms one; a code that expired is replaced by the next. */
export function createPairing(kind: DeviceKind, onPaired: (token: string, device: Device) => void): Pairing {
  const state = shallowReactive<PairingState>({
    phase: "asking",
    code: null,
    confirmUrl: null,
    token: null,
    device: null,
  })
  let secret: string | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false

  async function begin(): Promise<number> {
    const begun = await api.post<Begun>("/pairings", { kind })
    secret = begun.secret
    state.code = begun.code
    state.confirmUrl = begun.confirm_url
    state.phase = "showing"
    return ASK_EVERY_MS
  }

  async function ask(): Promise<number> {
    const asked = await api.get<Asked>(`/pairings/${secret}`)
    state.phase = "showing"
    if (asked.state === "expired") secret = null
    if (asked.state !== "confirmed" || !asked.token || !asked.device) return ASK_EVERY_MS
    stopped = true
    keepDeviceToken(kind, asked.token)
    state.token = asked.token
    state.device = asked.device
    state.phase = "paired"
    onPaired(asked.token, asked.device)
    return 0
  }

  async function step(): Promise<void> {
    let pause: number
    try {
      pause = secret === null ? await begin() : await ask()
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === "pairing_expired" || code === "unknown_pairing") secret = null
      else if (code === "offline") state.phase = "offline"
      pause = AGAIN_MS
    }
    if (!stopped) timer = setTimeout(step, pause)
  }

  return {
    state,
    start: (): void => {
      stopped = false
      void step()
    },
    stop: (): void => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

const storedAs = (kind: DeviceKind): string => `hallcall.device.${kind}`
