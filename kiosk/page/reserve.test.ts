import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { openReserve, type Plan, randomToken, type Reserve } from "./reserve"

const NINE = Date.parse("2026-11-23T09:00:00+08:00")
const spans: [string, string][] = [
  ["2026-11-23T08:30:00+08:00", "2026-11-23T11:30:00+08:00"],
  ["2026-11-23T14:00:00+08:00", "2026-11-23T17:00:00+08:00"],
]
const aPlan = (change: Partial<Plan> = {}): Plan => ({
  day: "2026-11-23",
  until: "2026-11-24T04:00:00+08:00",
  digits: 3,
  blocks: [
    { prefix: "A", first: 9001, last: 9003 },
    { prefix: "A", first: 9101, last: 9102 },
  ],
  services: [
    { code: "pass", prefix: "A", spans },
    { code: "permit", prefix: "A", spans },
    { code: "tax", prefix: "B", spans },
    { code: "shut", prefix: "A", spans: [] },
  ],
  url: "http://hall/t/",
  ...change,
})
const wanted = (service = "pass", now = NINE) => ({ service, status: null, now, insteadOf: null })
const take = async (reserve: Reserve, service = "pass", now = NINE): Promise<string | null> =>
  (await reserve.take("h", wanted(service, now)))?.number ?? null

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory())
})

describe("the machine's own numbers", () => {
  it("come in their order, over all services of a prefix and all blocks, until none is left", async () => {
    const reserve = openReserve("m")
    await reserve.keep(aPlan())
    const taken = []
    for (const service of ["pass", "permit", "pass", "pass", "permit", "pass"]) taken.push(await take(reserve, service))
    expect(taken).toEqual(["A9001", "A9002", "A9003", "A9101", "A9102", null])
  })

  it("are none without a plan, for a closed service, without a block, outside the hours, and on another day", async () => {
    const reserve = openReserve("m")
    expect(await take(reserve)).toBeNull()
    await reserve.keep(aPlan())
    expect(await take(reserve, "shut")).toBeNull()
    expect(await take(reserve, "tax")).toBeNull()
    expect(await take(reserve, "nothing")).toBeNull()
    expect(await take(reserve, "pass", Date.parse("2026-11-23T12:00:00+08:00"))).toBeNull()
    expect(await take(reserve, "pass", Date.parse("2026-11-23T14:00:00+08:00"))).toBe("A9001")
    expect(await take(reserve, "pass", Date.parse("2026-11-24T09:00:00+08:00"))).toBeNull()
    expect(await reserve.given()).toHaveLength(1)
  })

  it("are never given twice by two tabs", async () => {
    const tabs = [openReserve("m"), openReserve("m")]
    await tabs[0]!.keep(aPlan({ blocks: [{ prefix: "A", first: 9001, last: 9050 }] }))
    const taken = await Promise.all(Array.from({ length: 30 }, (_, n) => take(tabs[n % 2]!)))
    expect(new Set(taken).size).toBe(30)
    expect(await tabs[0]!.keeper()).toBe(await tabs[1]!.keeper())
  })

  it("survive a restart, what was used stays used, and a new day begins anew", async () => {
    const before = openReserve("m")
    await before.keep(aPlan())
    expect(await take(before)).toBe("A9001")
    await before.close()
    const after = openReserve("m")
    expect((await after.given()).map((one) => one.number)).toEqual(["A9001"])
    await after.keep(aPlan())
    expect(await take(after)).toBe("A9002")
    const next = aPlan({
      day: "2026-11-24",
      until: "2026-11-25T04:00:00+08:00",
      services: [{ code: "pass", prefix: "A", spans: [["2026-11-24T08:00:00+08:00", "2026-11-24T17:00:00+08:00"]] }],
    })
    await after.keep(next)
    expect(await take(after, "pass", NINE + 86_400_000)).toBe("A9001")
    expect((await after.given()).map((one) => `${one.day} ${one.number}`)).toEqual([
      "2026-11-23 A9001",
      "2026-11-23 A9002",
      "2026-11-24 A9001",
    ])
  })

  it("go when the server has them, and stay with their reason when it refused them", async () => {
    const reserve = openReserve("m")
    await reserve.keep(aPlan())
    const first = (await reserve.take("h", wanted()))!
    const second = (await reserve.take("h", wanted()))!
    await reserve.handedIn([first])
    await reserve.refused(second, "unknown_service")
    expect(await reserve.given()).toEqual([{ ...second, refused: "unknown_service" }])
  })

  it("have a token as the server wants it", () => {
    for (let n = 0; n < 50; n += 1) expect(randomToken()).toMatch(/^[A-Za-z0-9_-]{21}[AQgw]$/)
  })
})
