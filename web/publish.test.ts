// @vitest-environment node
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { filesOf, publish } from "./publish.mjs"

let folder: string
let served: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "publish-"))
  served = join(folder, "served")
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** Pages that each name a script of their own and one of all. */
function build(version: string, pages: string[]): string {
  const built = join(folder, `built-${version}`)
  for (const page of pages) {
    write(join(built, page, "index.html"), `/assets/${page}-${version}.js /assets/all-${version}.js`)
    write(join(built, "assets", `${page}-${version}.js`), version)
  }
  write(join(built, "assets", `all-${version}.js`), version)
  return built
}

/** What each page that is served names and nobody has: none at any moment. */
function lacking(pages: string[]): string[] {
  return pages.flatMap((page) => {
    const index = join(served, page, "index.html")
    const named = existsSync(index) ? readFileSync(index, "utf8").split(" ") : [`${page}/index.html`]
    return named.filter(
      (name) => ![name, name.replace("assets", "before")].some((one) => existsSync(join(served, one))),
    )
  })
}

const PAGES = ["kiosk", "display"]

test("a build takes the place of the last one, whose scripts stay for open pages", () => {
  publish(build("1", [...PAGES, "gone"]), served, { whole: true })
  publish(build("2", PAGES), served, { whole: true })
  expect(filesOf(served).sort()).toEqual([
    "assets/all-2.js",
    "assets/display-2.js",
    "assets/kiosk-2.js",
    "before/all-1.js",
    "before/display-1.js",
    "before/gone-1.js",
    "before/kiosk-1.js",
    "display/index.html",
    "kiosk/index.html",
  ])
  publish(build("3", PAGES), served, { whole: true })
  expect(filesOf(join(served, "before")).sort()).toEqual(["all-2.js", "display-2.js", "kiosk-2.js"])
})

test("the same build once more forgets nothing of the one before", () => {
  publish(build("1", PAGES), served, { whole: true })
  publish(build("2", PAGES), served, { whole: true })
  publish(build("2", PAGES), served, { whole: true })
  expect(filesOf(join(served, "before"))).toContain("all-1.js")
})

test("wherever a build is killed, each page that is served finds all that it names", () => {
  let moves = 0
  for (let most = 0; ; most += 1) {
    rmSync(served, { recursive: true, force: true })
    publish(build("1", PAGES), served, { whole: true })
    moves = 0
    const killed = (from: string, to: string): void => {
      if (moves === most) throw new Error("killed")
      moves += 1
      mkdirSync(dirname(to), { recursive: true })
      renameSync(from, to)
      expect(lacking(PAGES)).toEqual([])
    }
    try {
      publish(build("2", PAGES), served, { whole: true, move: killed })
      break
    } catch (error) {
      expect(String(error)).toBe("Error: killed")
      expect(lacking(PAGES)).toEqual([])
      publish(build("2", PAGES), served, { whole: true })
      expect(lacking(PAGES)).toEqual([])
    }
  }
  expect(moves).toBe(8)
})

test("a build of one page leaves the others and what they use", () => {
  publish(build("1", PAGES), served, { whole: true })
  publish(build("2", ["kiosk"]), served, { whole: false })
  expect(lacking(PAGES)).toEqual([])
  expect(existsSync(join(served, "assets", "display-1.js"))).toBe(true)
})

test("a build without a page changes nothing, and what holds the stamp of a build loses it before it changes", () => {
  publish(build("1", PAGES), served, { whole: true })
  write(join(served, "hall.stamp"), "1")
  const before = filesOf(served)
  mkdirSync(join(folder, "empty"))
  expect(() => publish(join(folder, "empty"), served, { whole: true })).toThrow("no page")
  expect(filesOf(served)).toEqual(before)
  publish(build("2", PAGES), served, { whole: true })
  expect(existsSync(join(served, "hall.stamp"))).toBe(false)
})
