import { describe, expect, it } from "vitest"
import { aBoard, aHall, aService, text } from "./cast"
import { pageOf, statusMatters, tiles } from "./offers"

const groups = [
  { code: "g1", name: text("户政", "Civil") },
  { code: "g2", name: text("社保", "Insurance") },
  { code: "empty", name: text("空", "Empty") },
]
const many = [
  ...["a", "b", "c"].map((code) => aService(code, { group: "g1" })),
  aService("only", { group: "g2" }),
  ...["x", "y", "z"].map((code) => aService(code)),
]

describe("the first page", () => {
  it("shows up to six services without groups, with their queue and range", () => {
    const shown = tiles(aBoard({ hall: aHall({ groups }) }), null)
    expect(shown.map((tile) => [tile.kind, tile.key, tile.open, tile.count])).toEqual([
      ["service", "general", true, 4], ["service", "company", true, 0], ["service", "visa", false, 4]])
    expect(shown[0]!.expected).toEqual({ low: 12, high: 23 })
  })

  it("keeps why a service gives no number now", () => {
    const board = aBoard({ hall: aHall({ services: [aService("pass", { open: false, refused: "quota_used" })] }) })
    expect(tiles(board, null)[0]).toMatchObject({ open: false, refused: "quota_used" })
  })

  it("shows groups when there are more, a lone service as itself, an empty group not at all", () => {
    const board = aBoard({ hall: aHall({ groups, services: many }) })
    expect(tiles(board, null).map((tile) => [tile.kind, tile.key, tile.count])).toEqual([
      ["group", "g1", 3], ["service", "only", 4], ["service", "x", 4], ["service", "y", 4], ["service", "z", 4]])
    expect(tiles(board, "g1").map((tile) => tile.key)).toEqual(["a", "b", "c"])
  })

  it("marks a group closed only when all of it is", () => {
    const closed = many.map((service) => (service.group === "g1" ? { ...service, open: service.code === "b" } : service))
    const one = (services: typeof many): boolean => tiles(aBoard({ hall: aHall({ groups, services }) }), null)[0]!.open
    expect(one(closed)).toBe(true)
    expect(one(closed.map((service) => ({ ...service, open: false })))).toBe(false)
  })

  it("keeps a service whose group the hall does not know", () => {
    const services = [...many, aService("lost", { group: "gone" })]
    expect(tiles(aBoard({ hall: aHall({ groups, services }) }), null).map((tile) => tile.key)).toContain("lost")
  })
})

describe("a number in hand", () => {
  it("has its own services marked", () => {
    const shown = tiles(aBoard(), null, ["company"])
    expect(shown.map((tile) => [tile.key, tile.taken])).toEqual([["general", false], ["company", true], ["visa", false]])
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
    const counters = board.counters.map((counter) => ({ ...counter, state: counter.code === "2" ? "open" as const : "closed" as const }))
    expect(statusMatters({ ...board, counters, waiting: {} }, general)).toBe(false)
  })
  it("is never asked in a hall without statuses", () =>
    expect(statusMatters({ ...board, hall: aHall({ statuses: [] }) }, general)).toBe(false))
})
