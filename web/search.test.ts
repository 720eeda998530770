import { describe, expect, it } from "vitest"
import { found, matches, soughtOf } from "./search"
import type { Hall, Service } from "./types"

const one = (zh: string, en: string, pinyin: string, initials: string, prefix = "A") => ({
  name: { "zh-CN": zh, en },
  search: { pinyin, initials },
  prefix,
})
const residence = one("户口办理", "Household register", "hukoubanli", "hkbl")
const women = one("女士（生育）登记", "Maternity", "nvshishengyudengji", "nssydj", "B")
const tax = one("税务·咨询", "Tax advice (Łódź)", "shuiwuzixun", "swzx", "H")
const all = [residence, women, tax]

describe("a search", () => {
  it.each([
    ["a part of the Chinese name", "口办", residence],
    ["a part of the English one in another case", "HOUSEHOLD", residence],
    ["pinyin", "hukou", residence],
    ["pinyin with spaces", "hu kou", residence],
    ["initials", "kb", residence],
    ["initials in capitals", "HKBL", residence],
    ["full width", "ｈｋｂｌ", residence],
    ["ü as v, and as it is", "nvshi", women],
    ["ü", "nüshi", women],
    ["signs left out", "女士生育", women],
    ["another sign between", "税务•咨询", tax],
    ["no accents", "lodz", tax],
    ["words in any order", "advice tax", tax],
    ["a part of each language", "税务 advice", tax],
  ])("finds by %s", (_, typed, expected) => {
    expect(found(all, typed)).toEqual([expected])
    expect(matches(expected, typed)).toBe(true)
  })

  it("reads one capital as the queue's prefix, also in full width", () => {
    expect(found(all, "H")).toEqual([tax])
    expect(found(all, "Ｈ")).toEqual([tax])
    expect(all.filter((entry) => matches(entry, "H"))).toEqual([tax])
    expect(found(all, "h")).toEqual([residence, women, tax])
  })

  it("finds nothing for what is in no name, and all for nothing", () => {
    expect(found(all, "xyz")).toEqual([])
    expect(found(all, " ")).toEqual(all)
    expect(all.every((entry) => matches(entry, ""))).toBe(true)
  })

  it("puts names that begin so before those that hold it", () => {
    const late = one("补办户口", "Later", "bubanhukou", "bbhk")
    expect(found([late, residence], "hk")).toEqual([residence, late])
  })

  it("knows a service's prefix from its hall", () => {
    const hall = { counter_types: [{ code: "t", prefix: "K" }] } as Hall
    const service = { ...residence, code: "s", counter_type: "t" } as unknown as Service
    expect(soughtOf(hall, [service])[0]?.prefix).toBe("K")
  })
})
