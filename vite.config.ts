/** Builds every page except the display; see vite.pages.ts for the names. */
import vue from "@vitejs/plugin-vue"
import { rmSync } from "node:fs"
import { defineConfig } from "vite"
import { css, entries, MODERN, oldBrowsers, only, OUT, pageNames, ROOT } from "./vite.pages.ts"
import { translated } from "./vite.translated.ts"

const input = entries()
if (only === null) input.letters = `${ROOT}web/letters.css`
// A build of the display alone has nothing to do here, and Vite refuses an empty list.
if (only !== null && Object.keys(input).length === 0) {
  rmSync(OUT, { recursive: true, force: true })
  process.exit(0)
}

export default defineConfig({
  root: ROOT,
  publicDir: false,
  css,
  plugins: [
    vue({ template: { compilerOptions: { nodeTransforms: [translated] } } }),
    oldBrowsers("tooOld", "flexGap"),
    pageNames(MODERN),
  ],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // The syntax of Chrome 61; with what the pages use of the library (tsconfig.json) they run from Chrome 69.
    target: ["chrome61", "firefox60", "safari12"],
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input },
  },
})
