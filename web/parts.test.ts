import { describe, expect, it } from "vitest"
import { inParts, lineLength } from "./parts"

const ZH = "三楼管道漏水，请带好随身物品，听从工作人员安排。沿绿色指示牌有序离开大厅，不要使用电梯！"
const EN = "A pipe has burst on the third floor, please take your things. Leave by the stairs, e.g. those in the east."

describe("a long text", () => {
  it("stays whole when it is short", () => {
    expect(inParts(" 今天停电 ", 40)).toEqual(["今天停电"])
    expect(inParts("", 40)).toEqual([""])
  })

  it("is broken where a reader would pause", () => {
    expect(inParts(ZH, 30)).toEqual([
      "三楼管道漏水，请带好随身物品，听从工作人员安排。",
      "沿绿色指示牌有序离开大厅，不要使用电梯！",
    ])
    expect(inParts(EN, 40)).toEqual([
      "A pipe has burst on the third floor, please take your things.",
      "Leave by the stairs, e.g. those in the east.",
    ])
  })

  it.each([ZH.repeat(7), EN.repeat(3), "x".repeat(300), "长".repeat(300), "a ".repeat(150), "🚪".repeat(80)])(
    "loses nothing, and no part is too long (%#)",
    (text) => {
      for (const most of [12, 33, 60]) {
        const parts = inParts(text, most)
        expect(parts.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""))
        expect(Math.max(...parts.map(lineLength))).toBeLessThanOrEqual(most + 1)
      }
    },
  )
})
