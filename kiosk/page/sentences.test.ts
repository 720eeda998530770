import { describe, expect, it } from "vitest"
import {
  both,
  bothCalled,
  bothWith,
  countersBoth,
  longBoth,
  marksBoth,
  openingBoth,
  rangeBoth,
  waitBoth,
} from "./sentences"
import { text } from "./cast"

const at = (time: string): number => Date.parse(`2026-11-${time}+08:00`)
const NINE = "2026-11-23T09:00:00+08:00"
const opening = (next: string): { zh: string; en: string } | null =>
  openingBoth(`2026-11-${next}+08:00`, at("23T20:00:00"), "Asia/Shanghai")

describe("sentences", () => {
  it("count people as people do", () => {
    expect(both("ahead", { n: 1 }).en).toBe("1 person ahead of you")
    expect(both("ahead", { n: 2 })).toEqual({ zh: "前面还有 2 位", en: "2 people ahead of you" })
  })
  it("carry each language's own name", () =>
    expect(bothWith("serviceClosed", "service", text("签证", "Visa"))).toEqual({
      zh: "“签证”暂停受理",
      en: "Closed for now: Visa",
    }))
  it("round a range outward to five minutes", () => {
    expect(rangeBoth({ low: 12, high: 23 }).en).toBe("about 10–25 min")
    expect(rangeBoth({ low: 0, high: 4 }).zh).toBe("不到 5 分钟")
    expect(waitBoth({ low: 0, high: 4 }, NINE).zh).toBe("预计等候不到 5 分钟")
  })
  it("join neighbouring counters", () => {
    expect(countersBoth({ counters: ["1", "2", "3", "7"] })).toEqual([
      { zh: "办理窗口：1–3、7", en: "Counters: 1–3, 7" },
    ])
    expect(countersBoth({ counters: ["9", "10"] })[0]?.en).toBe("Counters: 9, 10")
    expect(countersBoth({ counters: ["VIP", "1"] })[0]?.en).toBe("Counters: VIP, 1")
  })
  it("say of a wait over 90 minutes how many hours, and at which times", () => {
    expect(rangeBoth({ low: 60, high: 90 }).en).toBe("about 60–90 min")
    expect(rangeBoth({ low: 210, high: 395 })).toEqual({ zh: "约 3.5–7 小时", en: "about 3.5–7 h" })
    expect(waitBoth({ low: 210, high: 395 }, NINE, "Asia/Shanghai").zh).toBe("预计等候 3.5–7 小时，约 12:30–15:35")
    expect(waitBoth({ low: 20, high: 100 }, NINE, "Asia/Shanghai").en).toBe(
      "Expected wait about 2 h, about 09:20–10:40",
    )
    const late = longBoth({ low: 75, high: 145 }, "2026-11-23T22:40:00+08:00", "Asia/Shanghai").times
    expect([late.zh, late.en]).toEqual([
      "约 23:55–明天 01:05 叫到您",
      "You may be called at about 23:55–tomorrow 01:05",
    ])
    const { title, times } = longBoth({ low: 40, high: 60 }, at("23T09:00:00"), "Asia/Shanghai")
    expect([title.en, times.zh]).toEqual(["The wait today is about 40–60 minutes", "约 09:40–10:00 叫到您"])
  })
  it("name where the counters are, and where a called number goes", () => {
    const places = [
      { zone: "e", zone_name: text("东区", "East"), where: text("二楼", "second floor"), counters: ["1", "2"] },
    ]
    expect(countersBoth({ counters: ["1", "2"], places })[0]).toEqual({
      zh: "办理窗口：1、2（东区，二楼）",
      en: "Counters: 1, 2 (East, second floor)",
    })
    expect(bothCalled({ number: "A1", counter_name: text("1号窗口", "Counter 1"), places }).en).toBe(
      "A1: please go to Counter 1 (East, second floor)",
    )
  })
  it("say why a number goes earlier and what to have ready", () => {
    const said = marksBoth({ tags: ["appointment", "priority", "elderly"], proof: text("身份证", "ID card") })
    expect(said.map((one) => one.zh)).toEqual(["预约", "绿色通道", "请备好：身份证"])
    expect(marksBoth({ tags: [], proof: null })).toEqual([])
  })
  it("say when the hall opens", () => {
    expect(opening("23T21:30:00")).toEqual({ zh: "今天 21:30", en: "today 21:30" })
    expect(opening("24T09:00:00")).toEqual({ zh: "明天 09:00", en: "tomorrow 09:00" })
    expect(opening("26T09:00:00")!.zh).toContain("11月26日")
    expect(opening("26T09:00:00")!.en).toContain("Thursday")
    expect(openingBoth(null, 0, "Asia/Shanghai")).toBeNull()
  })
})
