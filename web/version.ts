/** New pages: noticed by the server's `version`, loaded at a quiet moment, and never before /healthz answers. */
const CHECK_MS = 5_000
const AT_MOST_EVERY_MS = 60_000
const LAST_RELOAD = "hallcall.reloaded"

export interface VersionWatch {
  /** The version that the server just named. */
  seen(version: string): void
  stop(): void
}

export interface VersionOptions {
  quiet: () => boolean
  found: () => void
  reload?: () => void
}

export function watchVersion({ quiet, found, reload = () => location.reload() }: VersionOptions): VersionWatch {
  let loaded: string | null = null
  let checking: ReturnType<typeof setInterval> | null = null

  function seen(version: string): void {
    if (!version) return
    loaded = loaded ?? version
    if (version === loaded || checking !== null) return
    found()
    checking = setInterval(() => {
      if (quiet()) reloadWhenAlive(reload)
    }, CHECK_MS)
  }

  return {
    seen,
    stop: () => {
      if (checking !== null) clearInterval(checking)
    },
  }
}

/** Load the page anew, but only when the server answers: a reload into a stopped server ends on an error page for good. */
export function reloadWhenAlive(reload: () => void = () => location.reload()): void {
  if (Date.now() - lastReload() < AT_MOST_EVERY_MS) return // two servers of different age must not make it loop
  fetch("/healthz", { cache: "no-store" }).then(
    (response) => {
      if (response.ok) {
        noteReload()
        reload()
      }
    },
    () => {
      /* the server is away: the next check tries again */
    },
  )
}

function lastReload(): number {
  try {
    return Number(sessionStorage.getItem(LAST_RELOAD) ?? 0)
  } catch {
    return 0
  }
}

function noteReload(): void {
  try {
    sessionStorage.setItem(LAST_RELOAD, String(Date.now()))
  } catch {
    /* no storage: quiet() still spaces them */
  }
}
