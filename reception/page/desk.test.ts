import { describe, expect, it } from "vitest"
import { aHall, anAppointment, aService, atWork } from "./cast"
import { daysFrom, dayText, ofToday } from "./days"
import { bodyOf, emptyWish, lacking } from "./issuing"
import { linesOf, matching } from "./lines"

const hall = aHall()
const snapshot = {
  hall,
  waiting: { by_type: { A: 3 }, by_service: {} },
  counters: [atWork("1", "closed"), atWork("2")],
}
const extra = {
  services: [
    aService("pass", { remaining: 12, until: "17:30" }),
    aService("tax", { remaining: 0, refused: "quota_used" }),
  ],
  expected: { A: { low: 5, high: 15 } },
}

describe("how long", () => {
  it("says of each service who waits, how long, who serves it and what is left", () => {
    const [pass, tax] = linesOf(snapshot, extra)
    expect(pass).toMatchObject({
      prefix: "A",
      waiting: 3,
      expected: { low: 5, high: 15 },
      counters: { open: 0, helping: 1, paused: 0 },
      remaining: 12,
      until: "17:30",
      gives: true,
    })
    expect(tax).toMatchObject({
      waiting: 0,
      expected: null,
      counters: { open: 1, helping: 0, paused: 0 },
      remaining: 0,
      gives: false,
    })
  })

  it("gives no number for a service that was stopped, whatever is left of it", () => {
    const stopped = { ...snapshot, hall: aHall({ services: [aService("pass", { open: false })] }) }
    expect(linesOf(stopped, extra)[0]!.gives).toBe(false)
  })

  it("finds services by a part of any of their names, and by their letter", () => {
    const codes = (wanted: string): string[] =>
      matching(linesOf(snapshot, extra), wanted).map((line) => line.service.code)
    expect([codes("pass"), codes("税务"), codes("tax per"), codes("b"), codes(""), codes("zzz")]).toEqual([
      ["pass"],
      ["tax"],
      ["tax"],
      ["tax"],
      ["pass", "tax"],
      [],
    ])
  })
})

describe("issuing", () => {
  const wish = { ...emptyWish(), services: ["pass"] }

  it("says first what stands in the way", () => {
    expect(lacking(hall, emptyWish())).toBe("issueNothing")
    expect(lacking(aHall({ open: false }), wish)).toBe("hallClosed")
    expect(lacking(aHall({ channels: ["kiosk"] }), wish)).toBe("channelOff")
    expect(lacking(hall, wish)).toBeNull()
  })

  it("asks for what the hall counts persons by", () => {
    const byPhone = aHall({ limits: { identify: "phone", phone_metres: null } })
    expect(lacking(byPhone, wish)).toBe("contactNeeded_phone")
    expect(lacking(byPhone, { ...wish, phone: "13800138000" })).toBeNull()
    expect(lacking(aHall({ limits: { identify: "id", phone_metres: null } }), { ...wish, phone: "13800138000" })).toBe(
      "contactNeeded_id",
    )
  })

  it("sends only what was said", () => {
    expect(bodyOf(wish)).toEqual({ service: "pass" })
    expect(bodyOf({ ...wish, language: "en" })).toEqual({ service: "pass", language: "en" })
    expect(bodyOf({ ...wish, services: ["pass"], quantity: 0 })).toMatchObject({ quantity: 0 })
    expect(
      bodyOf({
        ...wish,
        services: ["pass", "tax"],
        mode: "parallel",
        status: "elderly",
        quantity: 2,
        name: " 陈大文 ",
      }),
    ).toEqual({
      service: "pass",
      services: ["tax"],
      mode: "parallel",
      status: "elderly",
      quantity: 2,
      name: "陈大文",
    })
  })
})

describe("days", () => {
  it("begin today in the hall's zone", () => {
    const lateInLondon = Date.parse("2026-11-22T20:00:00Z")
    expect(daysFrom(lateInLondon, "Asia/Shanghai", 2)).toEqual(["2026-11-23", "2026-11-24", "2026-11-25"])
    expect(dayText("2026-11-23", "zh-CN")).toContain("周一")
  })

  it("show who is expected and who may come yet; the others lie behind", () => {
    const now = Date.parse("2026-11-23T11:00:00+08:00")
    const all = [
      anAppointment({ id: 2, state: "checked_in" }),
      anAppointment({ id: 3, state: "missed" }),
      anAppointment({ id: 4, state: "cancelled" }),
      anAppointment({ id: 5, start: "2026-11-23T09:00:00+08:00", end: "2026-11-23T09:15:00+08:00" }),
    ]
    const { shown, behind } = ofToday(all, now)
    expect([shown.map((one) => one.id), behind]).toEqual([[5, 3], 2])
  })
})
