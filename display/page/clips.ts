/** Clips of sound, fetched and decoded once and kept while there is room: a screen runs for weeks. */

export type FetchClip = (url: string) => Promise<ArrayBuffer>

export interface Clips {
  /** Begin to load; a failure shows when the clip is asked for. */
  load(urls: string[]): void
  /** The decoded clip. Rejects when it cannot be had; the next call tries again. */
  get(url: string): Promise<AudioBuffer>
  /** How many are kept, for tests and the status. */
  size(): number
}

/** About 40 announcements of a second or two each, some 20 MB decoded. */
const KEPT = 48
const FETCH_MS = 5_000

export function createClips(
  context: Pick<AudioContext, "decodeAudioData">,
  fetchClip: FetchClip = fetchFromServer,
): Clips {
  const kept = new Map<string, Promise<AudioBuffer>>()

  function get(url: string): Promise<AudioBuffer> {
    const known = kept.get(url)
    if (known !== undefined) {
      kept.delete(url) // the one used last stays longest
      kept.set(url, known)
      return known
    }
    const loading = (isOurs(url) ? fetchClip(url) : Promise.reject(new Error("foreign"))).then((data) =>
      decode(context, data),
    )
    kept.set(url, loading)
    loading.catch(() => {
      if (kept.get(url) === loading) kept.delete(url)
    })
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as string)
    return loading
  }

  return {
    load: (urls) =>
      urls.forEach((url) => {
        get(url).catch(() => undefined)
      }),
    get,
    size: () => kept.size,
  }
}

/** A path of this server: no outside host is ever asked. */
function isOurs(url: string): boolean {
  return url.charAt(0) === "/" && url.charAt(1) !== "/" && url.charAt(1) !== "\\"
}

async function fetchFromServer(url: string): Promise<ArrayBuffer> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("timeout")), FETCH_MS))
  const response = await Promise.race([fetch(url), late])
  if (!response.ok) throw new Error(String(response.status))
  return Promise.race([response.arrayBuffer(), late])
}

/** The form with callbacks works everywhere, also where the promise came later. */
function decode(context: Pick<AudioContext, "decodeAudioData">, data: ArrayBuffer): Promise<AudioBuffer> {
  return new Promise((resolve, reject) => {
    context.decodeAudioData(data, resolve, (error) => reject(error ?? new Error("decode")))?.catch?.(() => undefined)
  })
}
