import { describe, expect, it } from "vitest"
import { found } from "../../web/search"
import { aBoard, aHall, aService, text } from "./cast"
import { foundTiles, isStopped, longWait, nextKeys, pageOf, statusMatters, tiles, withReserve } from "./offers"

const groups = [
  { code: "g1", name: text("户政", "Civil") },
  { code: "g2", name: text("社保", "Insurance") },
  { code: "g3", name: text("税务", "Tax") },
  { code: "empty", name: text("空", "Empty") },
]
const many = [
  ...["a", "b", "c"].map((code) => aService(code, { group: "g1" })),
  aService("only", { group: "g2" }),
  ...["x", "y", "z"].map((code) => aService(code)),
  ...[1, 2, 3, 4, 5, 6].map((n) => aService(`h${n}`, { group: "g3" })),
]

describe("the first page", () => {
  it("shows ten and twelve services at once, whatever their groups, and names three of a group", () => {
    for (const count of [10, 12]) {
      const services = many.slice(0, count)
      expect(tiles(aBoard({ hall: aHall({ groups, services }) }), null)).toHaveLength(count)
    }
    const [first] = tiles(aBoard({ hall: aHall({ groups, services: many }) }), null)
    expect(first!.examples).toEqual(text("业务 a、业务 b、业务 c", "Service a, Service b, Service c"))
  })

  it("knows a service for which nobody is on duty", () => {
    const shown = tiles(aBoard({ expected: { A: null, B: { low: 0, high: 4 } } }), null)
    expect(shown.map((tile) => tile.unmanned)).toEqual([true, false, true])
  })

  it("shows few services without groups, with their queue and range", () => {
    const shown = tiles(aBoard({ hall: aHall({ groups }) }), null)
    expect(shown.map((tile) => [tile.kind, tile.key, tile.open, tile.count])).toEqual([
      ["service", "general", true, 4],
      ["service", "company", true, 0],
      ["service", "visa", false, 4],
    ])
    expect(shown[0]!.expected).toEqual({ low: 12, high: 23 })
  })

  it("keeps why a service gives no number now", () => {
    const board = aBoard({ hall: aHall({ services: [aService("pass", { open: false, refused: "quota_used" })] }) })
    expect(tiles(board, null)[0]).toMatchObject({ open: false, refused: "quota_used" })
  })

  it("shows groups when there are more, a lone service as itself, an empty group not at all", () => {
    const board = aBoard({ hall: aHall({ groups, services: many }) })
    expect(tiles(board, null).map((tile) => [tile.kind, tile.key, tile.count])).toEqual([
      ["group", "g1", 3],
      ["service", "only", 4],
      ["group", "g3", 6],
      ["service", "x", 4],
      ["service", "y", 4],
      ["service", "z", 4],
    ])
    expect(tiles(board, "g1").map((tile) => tile.key)).toEqual(["a", "b", "c"])
  })

  it("marks a group closed only when all of it is", () => {
    const closed = many.map((service) =>
      service.group === "g1" ? { ...service, open: service.code === "b" } : service,
    )
    const one = (services: typeof many): boolean => tiles(aBoard({ hall: aHall({ groups, services }) }), null)[0]!.open
    expect(one(closed)).toBe(true)
    expect(one(closed.map((service) => ({ ...service, open: false })))).toBe(false)
  })

  it("keeps a service whose group the hall does not know", () => {
    const services = [...many, aService("lost", { group: "gone" })]
    expect(tiles(aBoard({ hall: aHall({ groups, services }) }), null).map((tile) => tile.key)).toContain("lost")
  })
})

describe("a search by letters", () => {
  /** 25 matters with 20 deeds each, whose names begin alike. */
  const [matters, deeds] = [25, 20].map((count, at) =>
    Array.from(
      { length: count },
      (_, n) => String.fromCharCode(97 + n) + String.fromCharCode(97 + ((n * (at ? 7 : 11) + 3) % 26)),
    ),
  )
  const services = matters!.flatMap((one) =>
    deeds!.map((other) => aService(one + other, { search: { pinyin: `${one}o${other}o`, initials: one + other } })),
  )

  it("brings 500 services within four touches", () => {
    for (const service of services.filter((_, n) => n % 3 === 0)) {
      const typed = [1, 2].flatMap((at) => [service.code.slice(at, at + 2), service.code.slice(at - 1, at + 2)])
      const touches = typed
        .filter((one) => found(services, one).slice(0, 8).includes(service))
        .map((one) => one.length + 1)
      expect(Math.min(...touches)).toBeLessThanOrEqual(4)
    }
  })

  it("offers only keys that lead on, and marks what is on the number already", () => {
    const board = aBoard({ hall: aHall({ services: services.slice(0, 20) }) })
    expect([...nextKeys(board, "")]).not.toContain("9")
    expect(foundTiles(board, "ad", ["adad"]).find((tile) => tile.key === "adad")?.taken).toBe(true)
  })
})

describe("a wait over the target", () => {
  const board = (low: number) =>
    aBoard({
      hall: aHall({ policy: { name: "balanced", title: text("", ""), target: 30 } }),
      expected: { A: { low, high: 200 } },
    })

  it("is asked about only when even its lower end is over it", () => {
    expect(longWait(board(31), aService("a"))).toEqual({ low: 31, high: 200 })
    expect(longWait(board(30), aService("a"))).toBeNull()
    expect(longWait(aBoard({ expected: { A: null } }), aService("a"))).toBeNull()
  })
})

describe("a number in hand", () => {
  it("has its own services marked", () => {
    const shown = tiles(aBoard(), null, ["company"])
    expect(shown.map((tile) => [tile.key, tile.taken])).toEqual([
      ["general", false],
      ["company", true],
      ["visa", false],
    ])
  })
})

describe("pages of tiles", () => {
  const numbers = (n: number): number[] => [...Array(n).keys()]

  it("are equally full and lose nobody", () => {
    for (const n of [0, 1, 6, 7, 13]) {
      const pages = pageOf(numbers(n), 0, 6).pages
      const all = numbers(pages).flatMap((page) => pageOf(numbers(n), page, 6).shown)
      expect(all).toEqual(numbers(n))
    }
    expect(pageOf(numbers(7), 0, 6).shown).toHaveLength(4)
  })

  it("stay inside when the hall has fewer services than before", () => {
    expect(pageOf(numbers(3), 4, 6)).toEqual({ shown: [0, 1, 2], page: 0, pages: 1 })
  })
})

describe("the question about the status", () => {
  const board = aBoard()
  const [general, company] = board.hall.services as [ReturnType<typeof aService>, ReturnType<typeof aService>]

  it("is asked where people wait", () => expect(statusMatters(board, general)).toBe(true))
  it("is not asked when nobody waits and a counter is open", () =>
    expect(statusMatters({ ...board, waiting: { A: 0 } }, general)).toBe(false))
  it("is asked when no counter for it is open", () => expect(statusMatters(board, company)).toBe(true))
  it("counts a counter that serves it as a fallback", () => {
    const counters = board.counters.map((counter) => ({
      ...counter,
      state: counter.code === "2" ? ("open" as const) : ("closed" as const),
    }))
    expect(statusMatters({ ...board, counters, waiting: {} }, general)).toBe(false)
  })
  it("is never asked in a hall without statuses", () =>
    expect(statusMatters({ ...board, hall: aHall({ statuses: [] }) }, general)).toBe(false))
})

describe("while the server is away", () => {
  const NINE = Date.parse("2026-11-23T09:00:00+08:00")
  const until = (at: string) => ({ until: `2026-11-${at}:00+08:00`, today: true })
  const services = [
    aService("open"),
    aService("none"),
    aService("used"),
    aService("gone"),
    aService("stopped", { open: false }),
    aService("today", { open: false, stopped: until("24T04:00") }),
    aService("over", { open: false, stopped: until("23T08:30") }),
  ]
  const asked = [
    aService("used", { open: false, refused: "quota_used" }),
    aService("gone", { open: false, refused: "hall_closed" }),
  ]

  it("a stop that was known holds on, though the reserve has numbers, and its mark stays", () => {
    const board = withReserve(
      aBoard({ hall: aHall({ services }) }),
      (code) => !["none", "used", "gone"].includes(code),
      NINE,
      asked,
    )
    expect(tiles(board, null).map((tile) => [tile.key, tile.refused, tile.stopped?.today])).toEqual([
      ["open", null, undefined],
      ["none", "away", undefined],
      ["used", "quota_used", undefined],
      ["gone", "away", undefined],
      ["stopped", "service_closed", undefined],
      ["today", "service_closed", true],
      ["over", null, true],
    ])
    expect(isStopped(services[5]!, Date.parse("2026-11-24T04:00:00+08:00"))).toBe(false)
  })
})
