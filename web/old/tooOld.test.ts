import { parse } from "acorn"
import { readFileSync } from "node:fs"
import { beforeEach, describe, expect, it, vi } from "vitest"

const SOURCE = readFileSync("web/old/tooOld.js", "utf8")

interface Stage {
  proxy?: unknown
  path?: string
  search?: string
}
type Heard = (event: { target: unknown; filename?: string }) => void

/** Runs the script in a browser that knows what `stage` says; answers what it listens to and where it went. */
function play({ proxy = Proxy, path = "/counter", search = "" }: Stage): {
  error: Heard
  replace: ReturnType<typeof vi.fn>
  reload: ReturnType<typeof vi.fn>
} {
  const heard: Record<string, Heard> = {}
  const replace = vi.fn()
  const reload = vi.fn()
  const page = {
    location: { pathname: path, search, replace, reload },
    Proxy: proxy,
    Promise,
    setTimeout: (act: () => void) => act(),
    addEventListener: (name: string, act: Heard) => {
      heard[name] = act
    }
  }
  new Function("window", "document", SOURCE)(page, document)
  return { error: (event) => heard.error?.(event), replace, reload }
}

const said = (): string => document.getElementById("too-old")?.textContent ?? ""

beforeEach(() => {
  document.body.innerHTML = '<div id="app"></div>'
  // happy-dom knows no `nomodule`; the browsers that run the pages do.
  Object.defineProperty(HTMLElement.prototype, "noModule", { value: false, configurable: true })
})

describe("an old browser", () => {
  it("is read by browsers of 2010: both scripts are ES5", () => {
    for (const name of ["tooOld", "flexGap"]) parse(readFileSync(`web/old/${name}.js`, "utf8"), { ecmaVersion: 5 })
  })

  it("says so on every page, in both languages, with a way out of its own", () => {
    const ways = {
      "/counter": "hallcall counter",
      "/kiosk": "到服务台取号",
      "/t/abc": "stays valid",
      "/a/abc": "仍然有效",
      "/book": "book at the reception",
      "/login": "管理员"
    }
    for (const [path, way] of Object.entries(ways)) {
      document.body.innerHTML = '<div id="app"></div>'
      play({ path, proxy: null })
      expect(said()).toContain("这个浏览器版本太旧")
      expect(said()).toContain("This browser is too old")
      expect(said(), path).toContain(way)
    }
  })

  it("is told by a library that lacks what the pages use", () => {
    const flatMap = Object.getOwnPropertyDescriptor(Array.prototype, "flatMap")!
    Reflect.deleteProperty(Array.prototype, "flatMap")
    try {
      play({ path: "/display" })
      expect(said()).toBe("") // the screen does without
      play({ path: "/kiosk" })
      expect(said()).toContain("too old")
    } finally {
      Object.defineProperty(Array.prototype, "flatMap", flatMap)
    }
  })

  it("of a television goes on to the simple board, which keeps its hall and zone", () => {
    const { replace } = play({ path: "/display", search: "?hall=north&zone=east", proxy: null })
    expect(replace).toHaveBeenCalledWith("/display/basic?hall=north&zone=east")
  })

  it("is told by a script of ours that it cannot read", () => {
    const { error } = play({})
    expect(said()).toBe("")
    error({ target: null, filename: "http://hall/assets/counter-abc.js" })
    expect(said()).toContain("too old")
  })
})

describe("a page", () => {
  it("that lives says nothing, whatever goes wrong in it or in an extension of the browser", () => {
    const { error } = play({})
    error({ target: null, filename: "chrome-extension://x/inject.js" })
    expect(said()).toBe("")
    document.getElementById("app")!.innerHTML = "<p>alive</p>"
    error({ target: null, filename: "http://hall/assets/counter-abc.js" })
    error({ target: document.createElement("script") })
    expect(said()).toBe("")
  })

  it("whose script did not come says so and loads again", () => {
    const { error, reload } = play({ path: "/kiosk" })
    error({ target: document.createElement("script") })
    expect(said()).toContain("没有完整载入")
    expect(reload).toHaveBeenCalled()
  })
})
