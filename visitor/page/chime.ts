/**
 * The phone's own chime by Web Audio, made of two tones, and its vibration. A browser plays nothing before the visitor
 * has touched the page, hence `unlock` on a tap. Neither needs HTTPS.
 */
const TONES = [
  { hertz: 784, start: 0, length: 0.5 },
  { hertz: 587, start: 0.32, length: 0.9 },
]
const LOUDNESS = 0.7
/** Without a sound device some browsers neither begin nor refuse: so long is waited. */
const PATIENCE_MS = 2_000
const PATTERN = [400, 150, 400]

let context: AudioContext | null = null

/** From a tap: allow sound from now on and play the chime once. False when this browser has no sound. */
export async function unlock(): Promise<boolean> {
  try {
    context = context ?? new (audioClass())()
    if (context.state !== "running") await inTime(context.resume())
    play()
    return true
  } catch {
    context = null
    return false
  }
}

function inTime(begun: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no sound device")), PATIENCE_MS)
    begun.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Sound was allowed on this page already. */
export const unlocked = (): boolean => context !== null

/** The two tones; silent before `unlock`. A phone that slept has its sound woken first. */
export function play(): void {
  const sound = context
  if (!sound) return
  if (sound.state === "running") strike(sound)
  else
    sound.resume().then(
      () => strike(sound),
      () => {
        /* still asleep: the next repetition tries again */
      },
    )
}

/** Shake, where the phone can and the visitor has touched the page. */
export function vibrate(): void {
  if (typeof navigator.vibrate === "function" && touched()) navigator.vibrate(PATTERN)
}

function touched(): boolean {
  const activation = (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation
  return activation === undefined || activation.hasBeenActive
}

function strike(sound: AudioContext): void {
  for (const tone of TONES) {
    const at = sound.currentTime + tone.start
    const loudness = sound.createGain()
    loudness.gain.setValueAtTime(0.0001, at)
    loudness.gain.exponentialRampToValueAtTime(LOUDNESS, at + 0.02)
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + tone.length)
    loudness.connect(sound.destination)
    const voice = sound.createOscillator()
    voice.frequency.value = tone.hertz
    voice.connect(loudness)
    voice.start(at)
    voice.stop(at + tone.length)
  }
}

function audioClass(): typeof AudioContext {
  const old = (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext
  const found = window.AudioContext ?? old
  if (!found) throw new Error("no Web Audio")
  return found
}
