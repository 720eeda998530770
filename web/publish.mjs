// Puts pages that were built whole in the place of those that are served, so that at no moment one is missing: scripts and
// styles first, which carry a hash of their content in the name, then the pages that name them. What only the last build
// used goes to before/, for pages that are open. Each step is one rename, so a killed build leaves each page old or new.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const TRIES = 20
const PAUSE_MS = 100

/** The files of a folder and all below it, as paths within it. */
export function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile())
}

/** Move a file over another; Windows refuses while somebody reads that one. */
function replace(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  for (let tried = 1; ; tried += 1) {
    try {
      return renameSync(from, to)
    } catch (error) {
      if (tried === TRIES || !["EPERM", "EACCES", "EBUSY"].includes(error.code)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

/** Move all files of a folder into another, each over the one of its name. */
export function moveInto(from, to, move = replace) {
  for (const name of filesOf(from)) move(join(from, name), join(to, name))
}

/** Serve the build in `from` at `to`; `whole`: of all pages, so that what it does not have is of the last build. */
export function publish(from, to, { whole, move = replace }) {
  const pages = readdirSync(from).filter((name) => existsSync(join(from, name, "index.html")))
  const assets = new Set(filesOf(join(from, "assets")))
  if (whole && pages.length === 0) throw new Error(`there is no page in ${from}`)
  rmSync(join(to, "hall.stamp"), { force: true })
  moveInto(join(from, "assets"), join(to, "assets"), move)
  for (const name of pages) moveInto(join(from, name), join(to, name), move)
  if (!whole) return
  const old = filesOf(join(to, "assets")).filter((name) => !assets.has(name))
  if (old.length > 0) rmSync(join(to, "before"), { recursive: true, force: true })
  for (const name of old) move(join(to, "assets", name), join(to, "before", name))
  for (const name of readdirSync(to)) {
    if (![...pages, "assets", "before"].includes(name)) rmSync(join(to, name), { recursive: true })
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..")
  const built = join(root, "build", "pages")
  publish(built, join(root, "server", "pages", "dist"), { whole: !process.env.PAGES })
  rmSync(built, { recursive: true, force: true })
}
