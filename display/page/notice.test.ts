import { expect, it } from "vitest"
import { lineLength } from "../../web/parts"
import { partsOfNotice, partSeconds } from "./notice"

const ZH = "三楼管道漏水，请带好随身物品，听从工作人员安排，沿绿色指示牌有序离开大厅。".repeat(8).slice(0, 300)
const EN = "A pipe has burst on the third floor. ".repeat(9).slice(0, 300)

it("stands still while both languages fit, or are the same", () => {
  expect(partsOfNotice(["下午停电", "No power"], 43)).toEqual(["下午停电\u3000\u3000No power"])
  expect(partsOfNotice(["WLAN", "WLAN"], 43)).toEqual(["WLAN"])
})

it.each([43, 23])("turns the longest in parts of which none needs small letters (%i widths)", (widths) => {
  const parts = partsOfNotice([ZH, EN], widths)
  expect(Math.max(...parts.map(lineLength))).toBeLessThanOrEqual(widths + 1)
  expect(parts.join("").replace(/\s/g, "")).toBe((ZH + EN).replace(/\s/g, ""))
})

it("gives each part time to be read", () => {
  expect(partSeconds(43)).toBe(12)
  expect(partSeconds(0)).toBeGreaterThan(0)
})
