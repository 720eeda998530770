/** Builds every page except the display; see vite.pages.ts for the names. */
import vue from "@vitejs/plugin-vue"
import { defineConfig } from "vite"
import { css, entries, MODERN, only, OUT, pageNames, ROOT } from "./vite.pages.ts"

const input = entries()
if (only === null) input.letters = `${ROOT}web/letters.css`
// A build of the display alone has nothing to do here, and Vite refuses an empty list.
if (only !== null && Object.keys(input).length === 0) process.exit(0)

export default defineConfig({
  root: ROOT,
  publicDir: false,
  css,
  plugins: [vue(), pageNames(MODERN)],
  build: {
    outDir: OUT,
    emptyOutDir: only === null,
    target: ["chrome87", "firefox91", "safari14"],
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input },
  },
})
