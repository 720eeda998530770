/** What this computer remembers of its clerk: the counter and the volume; and that this very tab was on duty. */
import type { LineTicket, VoiceCall } from "../../web/types"

const COUNTER = "hallcall.console.counter"
const VOLUME = "hallcall.console.volume"
const LINE = "hallcall.console.line"
const VOICE = "hallcall.console.voice"
const ON_DUTY = "hallcall.console.on-duty"

function read(store: () => Storage, key: string): string | null {
  try {
    return store().getItem(key)
  } catch {
    return null
  }
}

function write(store: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) store().removeItem(key)
    else store().setItem(key, value)
  } catch {
    // without storage nothing is remembered, and all else works
  }
}

const local = (): Storage => localStorage
const tab = (): Storage => sessionStorage

function list<T>(key: string): T[] {
  try {
    const kept: unknown = JSON.parse(read(local, key) ?? "[]")
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

export const remembered = {
  counter: (hall: string): string | null => read(local, `${COUNTER}.${hall}`),
  keepCounter: (hall: string, counter: string): void => write(local, `${COUNTER}.${hall}`, counter),
  /** Whom a counter would call next, as it was last known; and whom it called by voice since. */
  line: (hall: string, counter: string): LineTicket[] => list(`${LINE}.${hall}.${counter}`),
  keepLine: (hall: string, counter: string, line: LineTicket[]): void =>
    write(local, `${LINE}.${hall}.${counter}`, JSON.stringify(line)),
  voice: (hall: string, counter: string): VoiceCall[] => list(`${VOICE}.${hall}.${counter}`),
  keepVoice: (hall: string, counter: string, calls: VoiceCall[]): void =>
    write(local, `${VOICE}.${hall}.${counter}`, calls.length ? JSON.stringify(calls) : null),
  /** 0 to 1 */
  volume: (): number => {
    const kept = Number(read(local, VOLUME) ?? "0.6")
    return kept >= 0 && kept <= 1 ? kept : 0.6
  },
  keepVolume: (volume: number): void => write(local, VOLUME, String(volume)),
  /** The counter where this tab was on duty before it was loaded anew. */
  onDuty: (hall: string): string | null => read(tab, `${ON_DUTY}.${hall}`),
  keepOnDuty: (hall: string, counter: string | null): void => write(tab, `${ON_DUTY}.${hall}`, counter),
}
