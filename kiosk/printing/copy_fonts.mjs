// Gives the ticket printer the pages' Chinese font: one weight for text, one for the number, the licence beside them.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, "..", "..", "node_modules", "@fontsource", "noto-sans-sc");
const to = join(here, "fonts");
const wanted = /^noto-sans-sc-(\d+|latin|latin-ext)-500-normal\.woff2$|^noto-sans-sc-latin-700-normal\.woff2$/;

rmSync(to, { recursive: true, force: true });
mkdirSync(join(to, "files"), { recursive: true });
for (const name of ["unicode.json", "LICENSE"]) copyFileSync(join(from, name), join(to, name));
for (const name of readdirSync(join(from, "files"))) {
  if (wanted.test(name)) copyFileSync(join(from, "files", name), join(to, "files", name));
}
