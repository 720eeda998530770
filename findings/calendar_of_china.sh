#!/bin/sh
# Calendars of China: what a package does beyond the years that the State Council has published.
# Guess: a package that knows 2026 to the day says that it does not know 2027. Seen with chinese-days 1.5.7 and
# date-holidays 3.37.0 from npm:
#   chinese-days   2026-10-10, a Saturday, is a workday and 2026-10-07 a holiday (right); 2027-01-01 is "a workday"
#                  without a word, though New Year's Day is a holiday by law in every year
#   date-holidays  2026-10-07 is no holiday; 1 June and 1 August are "public" holidays, on which offices are open
# A hall asks its own table and shows a year that is not published yet as such.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund chinese-days@1.5.7 date-holidays@3.37.0
node - <<'JS'
const days = require("chinese-days")
const Holidays = require("date-holidays")
const china = new Holidays("CN")
const version = (name) => JSON.parse(require("fs").readFileSync(`node_modules/${name}/package.json`, "utf8")).version
const named = (day) => (china.isHoliday(new Date(`${day}T12:00:00+08:00`)) || []).map((one) => `${one.name} (${one.type})`).join(", ") || "none"
console.log("chinese-days", version("chinese-days"), "date-holidays", version("date-holidays"))
const known = days.isWorkday("2026-10-10") && days.isHoliday("2026-10-07")
const unknown = days.isWorkday("2027-01-01")
console.log("chinese-days   2026-10-10 workday and 2026-10-07 holiday:", known, "  2027-01-01 workday:", unknown)
for (const day of ["2026-10-07", "2026-06-01", "2026-08-01"]) console.log("date-holidays ", day, named(day))
const listed = named("2026-10-07") === "none" && named("2026-06-01").includes("public") && named("2026-08-01").includes("public")
process.exit(known && unknown && listed ? 0 : 1)
JS
echo "seen: an unknown year is answered without a word; days of work are listed as public holidays"
