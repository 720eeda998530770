import { describe, expect, it } from "vitest"
import { both, bothWith, countersBoth, openingBoth, rangeBoth } from "./sentences"
import { text } from "./cast"

const at = (time: string): number => Date.parse(`2026-11-${time}+08:00`)
const opening = (next: string): { zh: string; en: string } | null =>
  openingBoth(`2026-11-${next}+08:00`, at("23T20:00:00"), "Asia/Shanghai")

describe("sentences", () => {
  it("count people as people do", () => {
    expect(both("ahead", { n: 1 }).en).toBe("1 person ahead of you")
    expect(both("ahead", { n: 2 })).toEqual({ zh: "前面还有 2 位", en: "2 people ahead of you" })
  })
  it("carry each language's own name", () =>
    expect(bothWith("serviceClosed", "service", text("签证", "Visa"))).toEqual({ zh: "“签证”暂停受理", en: "Closed for now: Visa" }))
  it("round a range outward to five minutes", () => {
    expect(rangeBoth({ low: 12, high: 23 }).en).toBe("about 10–25 min")
    expect(rangeBoth({ low: 0, high: 4 }, "waitUnder", "wait").zh).toBe("预计等候不到 5 分钟")
  })
  it("join neighbouring counters", () => {
    expect(countersBoth(["1", "2", "3", "7"])).toEqual({ zh: "办理窗口：1–3、7", en: "Counters: 1–3, 7" })
    expect(countersBoth(["9", "10"]).en).toBe("Counters: 9, 10")
    expect(countersBoth(["VIP", "1"]).en).toBe("Counters: VIP, 1")
  })
  it("say when the hall opens", () => {
    expect(opening("23T21:30:00")).toEqual({ zh: "今天 21:30", en: "today 21:30" })
    expect(opening("24T09:00:00")).toEqual({ zh: "明天 09:00", en: "tomorrow 09:00" })
    expect(opening("26T09:00:00")!.zh).toContain("11月26日")
    expect(opening("26T09:00:00")!.en).toContain("Thursday")
    expect(openingBoth(null, 0, "Asia/Shanghai")).toBeNull()
  })
})
