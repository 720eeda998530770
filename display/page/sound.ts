/**
 * The loudspeaker of this screen. The announcer decides what is said and when; the page loads the clips, plays them one
 * after the other and says whether they were heard. A screen that comes back plays nothing that was missed.
 */
import { createClips, type Clips, type FetchClip } from "./clips"

export type SoundState = "on" | "blocked" | "muted" | "off"

/** One clip: `gap_ms` is the silence before it. */
export interface PlayItem {
  url: string
  role: "chime" | "speech"
  gap_ms?: number
}

export interface Play {
  play: string
  items: PlayItem[]
  /** 0..1 */
  volume: number
}

export interface Played {
  ok: boolean
  error?: "blocked" | "muted" | "off" | "stopped" | "clip" | "silent"
}

export interface Sound {
  state(): SoundState
  /** Load clips while something else sounds. */
  prepare(urls: string[]): void
  /** Settles when the last clip has sounded, or says why it did not. */
  play(play: Play): Promise<Played>
  /** Stop this play, or whatever sounds. */
  stop(play?: string): void
  /** Try to switch the sound on; a browser allows it after a key or a click, or by its launch flag. */
  unlock(): Promise<boolean>
  setMuted(muted: boolean): void
  setVolume(volume: number): void
}

export interface SoundOptions {
  /** Null where the browser has no Web Audio. */
  context: AudioContext | null
  fetchClip?: FetchClip
  onChange?: (state: SoundState) => void
  volume?: number
  muted?: boolean
}

/** `resume()` of a locked context never settles. */
const RESUME_MS = 1_000
/** A clip whose end is never told (the card was pulled out) ends so long after it should have. */
const LATE_MS = 2_000

interface Playing {
  id: string
  sources: AudioBufferSourceNode[]
  cut: () => void
  stopped: boolean
}

export function createSound(options: SoundOptions): Sound {
  const { context } = options
  let muted = options.muted ?? false
  let volume = options.volume ?? 1
  let playing: Playing | null = null
  let told: SoundState | null = null
  const clips: Clips | null = context === null ? null : createClips(context, options.fetchClip)
  const gain = context === null ? null : context.createGain()
  if (context !== null && gain !== null) {
    gain.connect(context.destination)
    context.onstatechange = tell
  }

  function state(): SoundState {
    if (context === null) return "off"
    if (muted) return "muted"
    return context.state === "running" ? "on" : "blocked"
  }

  function tell(): void {
    const now = state()
    if (now === told) return
    told = now
    options.onChange?.(now)
  }

  async function unlock(): Promise<boolean> {
    if (context !== null && context.state !== "running") {
      const settled = context.resume().then(
        () => undefined,
        () => undefined,
      )
      await Promise.race([settled, after(RESUME_MS)])
    }
    tell()
    return state() === "on"
  }

  async function play(wanted: Play): Promise<Played> {
    if (context === null || gain === null || clips === null) return { ok: false, error: "off" }
    stop()
    const now = state()
    if (now !== "on") return { ok: false, error: now }
    const mine: Playing = { id: wanted.play, sources: [], cut: () => undefined, stopped: false }
    playing = mine
    gain.gain.value = clamp(wanted.volume) * volume
    const result = await sound(mine, wanted.items, context, gain, clips)
    if (playing === mine) playing = null
    return result
  }

  function stop(id?: string): void {
    if (playing === null || (id !== undefined && playing.id !== id)) return
    const last = playing
    playing = null
    last.stopped = true
    last.sources.forEach(silence)
    last.cut()
  }

  return {
    state,
    prepare: (urls) => clips?.load(urls),
    play,
    stop,
    unlock,
    setMuted: (value) => {
      muted = value
      if (muted) stop()
      tell()
    },
    setVolume: (value) => {
      volume = clamp(value)
    },
  }
}

/** Each clip begins when the one before has ended and its gap is over; a clip that cannot be had is left out. */
async function sound(
  mine: Playing,
  items: PlayItem[],
  context: AudioContext,
  out: AudioNode,
  clips: Clips,
): Promise<Played> {
  let at = context.currentTime
  let missing = 0
  const ends: Promise<void>[] = []
  const cut = new Promise<void>((resolve) => {
    mine.cut = resolve
  })
  clips.load(items.map((item) => item.url))
  for (const item of items) {
    const buffer = await clips.get(item.url).catch(() => null)
    if (mine.stopped) return { ok: false, error: "stopped" }
    if (buffer === null) {
      missing += item.role === "speech" ? 1 : 0
      continue
    }
    at = Math.max(at + (item.gap_ms ?? 0) / 1000, context.currentTime)
    ends.push(start(mine, buffer, at, context, out))
    at += buffer.duration
  }
  await Promise.race([Promise.all(ends), cut, after((at - context.currentTime) * 1000 + LATE_MS)])
  return verdict(mine, ends.length, missing, context)
}

function start(mine: Playing, buffer: AudioBuffer, at: number, context: AudioContext, out: AudioNode): Promise<void> {
  const source = context.createBufferSource()
  source.buffer = buffer
  source.connect(out)
  mine.sources.push(source)
  return new Promise((resolve) => {
    source.onended = () => {
      source.disconnect()
      resolve()
    }
    source.start(at)
  })
}

/** Speech that was asked for and could not be had is not heard, even if the chime was. */
function verdict(mine: Playing, started: number, missing: number, context: AudioContext): Played {
  if (mine.stopped) return { ok: false, error: "stopped" }
  if (missing > 0) return { ok: false, error: "clip" }
  if (context.state !== "running") return { ok: false, error: "blocked" }
  return started > 0 ? { ok: true } : { ok: false, error: "silent" }
}

function silence(source: AudioBufferSourceNode): void {
  try {
    source.stop()
  } catch {
    // Never started, or over: it is silent already.
  }
}

const clamp = (value: number): number => Math.max(0, Math.min(1, Number.isFinite(value) ? value : 1))

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
