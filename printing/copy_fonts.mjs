// Gives the ticket printer the pages' fonts: one weight for text, one for the number, the licences beside them.
// Each file is moved over the one of its name, and what is no more needed goes last: a running printer finds its letters.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { filesOf, moveInto } from "../web/publish.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, "..")
const to = join(here, "fonts")
const fresh = join(root, "build", "fonts")
const wanted = {
  "noto-sans-sc": /-500-normal\.woff2$|-latin-700-normal\.woff2$/,
  "lxgw-wenkai": /-500-normal\.woff2$/,
  "noto-sans-arabic": /-arabic-500-normal\.woff2$/,
}

rmSync(fresh, { recursive: true, force: true })
for (const [font, files] of Object.entries(wanted)) {
  const from = join(root, "node_modules", "@fontsource", font)
  mkdirSync(join(fresh, font, "files"), { recursive: true })
  for (const name of ["unicode.json", "LICENSE"])
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(fresh, font, name))
  for (const name of readdirSync(join(from, "files"))) {
    if (files.test(name)) copyFileSync(join(from, "files", name), join(fresh, font, "files", name))
  }
}
const names = new Set(filesOf(fresh))
moveInto(fresh, to)
for (const name of filesOf(to)) if (!names.has(name)) rmSync(join(to, name))
rmSync(fresh, { recursive: true, force: true })
