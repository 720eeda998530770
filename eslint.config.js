import globals from "globals"
import tseslint from "typescript-eslint"
import vue from "eslint-plugin-vue"
import formatted from "eslint-config-prettier/flat"

export default tseslint.config(
  { ignores: ["server/pages/dist/", "node_modules/", ".venv/", "var/", "build/"] },
  ...tseslint.configs.recommended,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ["**/*.ts", "**/*.vue"],
    languageOptions: { globals: globals.browser },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "no-console": "error",
      eqeqeq: ["error", "always"],
      // A counter's name is data: it never becomes markup.
      "vue/no-v-html": "error",
      "vue/attributes-order": "off",
      // The root component of a page is its folder's name.
      "vue/multi-word-component-names": "off",
    },
  },
  // Prettier decides about layout.
  formatted,
)
