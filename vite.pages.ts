/**
 * What both builds share: where the pages lie, and the names of what is built.
 *
 * A page is a folder with an index.html; it is built to build/pages/NAME/index.html and its scripts, styles and fonts
 * to build/pages/assets/ with a hash in each name. web/publish.mjs then puts all of it into server/pages/dist, which is
 * served.
 */
import { parse } from "acorn"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { CSSOptions, Plugin } from "vite"

export const ROOT = fileURLToPath(new URL(".", import.meta.url))
export const OUT = `${ROOT}build/pages`

/** Name of the page in dist/, and the folder of its source. The display has a build of its own. */
export const MODERN: Readonly<Record<string, string>> = {
  counter: "counter_client/page",
  reception: "reception/page",
  kiosk: "kiosk/page",
  visitor: "visitor/page",
  supervisor: "supervisor/page",
  login: "web/login",
  home: "web/home",
}
export const DISPLAY = "display/page"

/** `PAGES=counter,kiosk npm run build` builds only these and leaves the others as they are. */
export const only: readonly string[] | null = process.env.PAGES ? process.env.PAGES.split(",") : null

/** The pages to build now: those asked for that exist. */
export function entries(): Record<string, string> {
  const wanted = Object.entries(MODERN).filter(
    ([name, folder]) => (only === null || only.includes(name)) && existsSync(`${ROOT}${folder}/index.html`),
  )
  return Object.fromEntries(wanted.map(([name, folder]) => [name, `${ROOT}${folder}/index.html`]))
}

/** Fonts as woff2 alone, which is older than the oldest browser here: half the files, half the style sheet. */
export const css: CSSOptions = {
  postcss: {
    plugins: [
      {
        postcssPlugin: "hallcall-woff2-only",
        Declaration: {
          src: (declaration: { value: string }): void => {
            declaration.value = declaration.value.replace(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, "")
          },
        },
      },
    ],
  },
}

/** Vite names a page after its source folder; the server wants NAME/index.html. */
export function pageNames(folders: Readonly<Record<string, string>>): Plugin {
  const names = new Map(Object.entries(folders).map(([name, folder]) => [`${folder}/index.html`, `${name}/index.html`]))
  return {
    name: "hallcall-page-names",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const name = names.get(file.fileName)
        if (name !== undefined) file.fileName = name
      }
    },
  }
}

/** Puts web/old/NAME.js, one classic script of them all, before everything else in each page; each must be ES5. */
export function oldBrowsers(...names: readonly string[]): Plugin {
  const source = names.map((name) => readFileSync(`${ROOT}web/old/${name}.js`, "utf8")).join("\n;\n")
  parse(source, { ecmaVersion: 5, sourceType: "script" })
  const fileName = `assets/old-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`
  return {
    name: "hallcall-old-browsers",
    buildStart() {
      this.emitFile({ type: "asset", fileName, source })
    },
    transformIndexHtml: {
      order: "post",
      handler: () => [{ tag: "script", attrs: { src: `/${fileName}`, charset: "utf-8" }, injectTo: "head-prepend" }],
    },
  }
}
