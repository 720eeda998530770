/**
 * For a screen that runs for weeks: it does not sleep, its pointer hides, and its picture moves by a few pixels so that
 * no letter burns in. Each returns a function that ends it.
 */

const POINTER_MS = 3_000
/** Where the picture stands, in pixels from its place; one step a minute. */
const PLACES: readonly [number, number][] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [-2, 2],
  [-2, 0],
  [-2, -2],
  [0, -2],
  [2, -2],
]

export function hidePointer(page: HTMLElement = document.documentElement): () => void {
  let timer: ReturnType<typeof setTimeout>
  const hide = (): void => page.classList.add("still-pointer")
  const show = (): void => {
    page.classList.remove("still-pointer")
    clearTimeout(timer)
    timer = setTimeout(hide, POINTER_MS)
  }
  hide()
  page.addEventListener("mousemove", show)
  return () => {
    clearTimeout(timer)
    page.removeEventListener("mousemove", show)
    page.classList.remove("still-pointer")
  }
}

/** The place of the picture at this minute, as a CSS transform. */
export function pixelShift(now: number): string {
  const [x, y] = PLACES[Math.floor(now / 60_000) % PLACES.length] ?? [0, 0]
  return x === 0 && y === 0 ? "none" : `translate(${x}px, ${y}px)`
}

interface WakeLockHolder {
  wakeLock?: { request(kind: "screen"): Promise<unknown> }
}

/** A wake lock where the browser has one (and the page came by HTTPS), else a tiny silent picture that plays. */
export function keepAwake(): () => void {
  const holder = navigator as unknown as WakeLockHolder
  const lock = holder.wakeLock
  if (lock === undefined) return playPicture()
  const request = (): void => {
    if (document.visibilityState === "visible") lock.request("screen").catch(() => undefined)
  }
  request()
  document.addEventListener("visibilitychange", request) // the lock is lost whenever the page is hidden
  return () => document.removeEventListener("visibilitychange", request)
}

const REPAINT_MS = 5_000
const HIDDEN = "position:fixed;left:0;bottom:0;width:2px;height:2px;opacity:0.01;pointer-events:none"

/**
 * Begins after the page's load event, which a picture that does not come would hold back for ever. Chrome 53 and 56
 * capture nothing of a canvas that stands outside of the document or has no paint on it yet.
 */
function playPicture(): () => void {
  if (document.readyState === "complete") return startPicture()
  let end = (): void => removeEventListener("load", begin)
  const begin = (): void => {
    removeEventListener("load", begin)
    end = startPicture()
  }
  addEventListener("load", begin)
  return () => end()
}

function startPicture(): () => void {
  const canvas = document.createElement("canvas")
  const paint = canvas.getContext("2d")
  if (paint === null || typeof canvas.captureStream !== "function") return () => undefined
  canvas.width = canvas.height = 2
  const repaint = (): void => {
    paint.fillStyle = paint.fillStyle === "#000000" ? "#010101" : "#000000"
    paint.fillRect(0, 0, 2, 2)
  }
  const video = document.createElement("video")
  video.muted = true
  video.setAttribute("playsinline", "")
  for (const part of [canvas, video]) {
    part.setAttribute("aria-hidden", "true")
    part.style.cssText = HIDDEN
    document.body.appendChild(part)
  }
  repaint()
  const stream = canvas.captureStream(1)
  const timer = setInterval(repaint, REPAINT_MS)
  const end = (): void => {
    clearInterval(timer)
    stream.getTracks().forEach((track) => track.stop())
    for (const part of [canvas, video]) part.parentNode?.removeChild(part)
  }
  try {
    video.srcObject = stream
  } catch {
    end()
    return () => undefined
  }
  const played = video.play() as Promise<void> | undefined
  played?.catch(() => undefined)
  return end
}
