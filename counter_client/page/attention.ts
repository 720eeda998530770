/** What reaches a clerk who looks elsewhere: the tab's title and icon with the count, and a soft sound. */
import { t } from "./messages"

let audio: AudioContext | null = null
let icon: HTMLLinkElement | null = null

/** Browsers let a page sound only after a press: call this in one. */
export function allowSound(): void {
  audio ??= typeof AudioContext === "function" ? new AudioContext() : null
  if (audio?.state === "suspended") void audio.resume()
}

/** Two soft rising notes; `volume` 0 to 1. */
export function softSound(volume: number): void {
  const allowed = audio
  if (allowed && volume > 0) void allowed.resume().then(() => play(allowed, volume))
}

function play(audio: AudioContext, volume: number): void {
  const start = audio.currentTime
  for (const [i, pitch] of [587.33, 880].entries()) {
    const [tone, level] = [audio.createOscillator(), audio.createGain()]
    const at = start + i * 0.14
    tone.frequency.value = pitch
    level.gain.setValueAtTime(0, at)
    level.gain.linearRampToValueAtTime(0.2 * volume, at + 0.02)
    level.gain.exponentialRampToValueAtTime(0.0001, at + 0.5)
    tone.connect(level).connect(audio.destination)
    tone.start(at)
    tone.stop(at + 0.55)
  }
}

/** "(3) Counter 3 · Hallcall" and an icon with the 3. */
export function showCount(counter: string | null, waiting: number): void {
  const title = counter === null ? t("titlePlain") : t("title", { counter })
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title
  icon ??= makeIcon()
  icon.href = `data:image/svg+xml,${encodeURIComponent(iconWith(waiting))}`
}

function makeIcon(): HTMLLinkElement {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]") ?? document.createElement("link")
  link.rel = "icon"
  link.type = "image/svg+xml"
  document.head.appendChild(link)
  return link
}

function iconWith(waiting: number): string {
  const [ground, ink] = waiting > 0 ? ["#ffd23f", "#1b1600"] : ["#0b57b8", "#ffffff"]
  const text = waiting > 99 ? "99" : waiting > 0 ? String(waiting) : "H"
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${ground}"/>
<text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 18 : 21}" fill="${ink}">${text}</text></svg>`
}
