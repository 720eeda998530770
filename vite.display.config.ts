/**
 * Builds the display: one classic script and one style for the browser of a television of 2018 (Chrome 53), which is
 * never updated. The build fails when the script has syntax that Chrome 53 does not read.
 */
import vue from "@vitejs/plugin-vue"
import { parse } from "acorn"
import { existsSync } from "node:fs"
import { defineConfig, type Plugin } from "vite"
import { css, DISPLAY, oldBrowsers, only, OUT, pageNames, ROOT } from "./vite.pages.ts"

const page = `${ROOT}${DISPLAY}/index.html`
if (!existsSync(page) || (only !== null && !only.includes("display"))) process.exit(0)

/** Chrome 53 knows no module scripts: the page loads a classic one, after its markup. */
function classicScript(): Plugin {
  return {
    name: "hallcall-classic-script",
    enforce: "post",
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html.replace(/<script type="module" crossorigin/g, "<script defer").replace(/ crossorigin/g, ""),
    },
  }
}

/** ES2016 is what Chrome 53 parses; one word of newer syntax and the screen stays black. */
function oldSyntaxOnly(): Plugin {
  return {
    name: "hallcall-old-syntax-only",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue
        try {
          parse(file.code, { ecmaVersion: 2016, sourceType: "script" })
        } catch (error) {
          this.error(`${file.fileName} has syntax that Chrome 53 does not know: ${String(error)}`)
        }
      }
    },
  }
}

export default defineConfig({
  root: ROOT,
  publicDir: false,
  css,
  plugins: [vue(), oldBrowsers("tooOld"), pageNames({ display: DISPLAY }), classicScript(), oldSyntaxOnly()],
  build: {
    outDir: OUT,
    emptyOutDir: false,
    target: "chrome53",
    cssTarget: "chrome53",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: page,
      output: {
        format: "iife",
        name: "hallcallDisplay",
        entryFileNames: "assets/display-[hash].js",
      },
    },
  },
})
