/** Unit tests of the pages; tests/contract/*.json are read by these and by pytest alike. */
import vue from "@vitejs/plugin-vue"
import { defineConfig } from "vitest/config"
import { translated } from "./vite.translated.ts"

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { nodeTransforms: [translated] } } })],
  test: {
    environment: "happy-dom",
    include: ["*/page/**/*.test.ts", "web/**/*.test.ts"],
    passWithNoTests: false,
    // A warning of Vue is a fault of a page.
    onConsoleLog: (log) => {
      if (log.includes("[Vue warn]")) throw new Error(log)
    },
    restoreMocks: true,
  },
})
