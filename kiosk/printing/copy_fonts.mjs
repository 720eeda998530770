// Gives the ticket printer the pages' fonts: one weight for text, one for the number, the licences beside them.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const to = join(here, "fonts");
const wanted = {
  "noto-sans-sc": /-500-normal\.woff2$|-latin-700-normal\.woff2$/,
  "lxgw-wenkai": /-500-normal\.woff2$/,
  "noto-sans-arabic": /-arabic-500-normal\.woff2$/,
};

rmSync(to, { recursive: true, force: true });
for (const [font, files] of Object.entries(wanted)) {
  const from = join(here, "..", "..", "node_modules", "@fontsource", font);
  mkdirSync(join(to, font, "files"), { recursive: true });
  for (const name of ["unicode.json", "LICENSE"]) if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, font, name));
  for (const name of readdirSync(join(from, "files"))) {
    if (files.test(name)) copyFileSync(join(from, "files", name), join(to, font, "files", name));
  }
}
