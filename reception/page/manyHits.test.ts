import { afterEach, describe, expect, it, vi } from "vitest"
import { ApiError } from "../../web/api"
import { type Booked, desk } from "./issuing"
import { decideMany, groupsOf } from "./manyHits"

const booked = (id: number, service: string, start: string): Booked =>
  ({ id, code: `C${id}`, service, start, state: "booked" }) as unknown as Booked
const AT_9 = "2026-11-24T09:00:00.000+08:00"
const AT_10 = "2026-11-24T10:00:00.000+08:00"
const hit = [
  booked(1, "pass", AT_9),
  booked(2, "pass", AT_10),
  booked(3, "tax", AT_9),
  booked(4, "tax", AT_10),
  booked(5, "pass", AT_10),
]

afterEach(() => vi.restoreAllMocks())

describe("many appointments at once", () => {
  it("are chosen by service and by hour", () => {
    expect(groupsOf(hit).map(({ kind, ids }) => [kind, ids])).toEqual([
      ["service", [1, 2, 5]],
      ["hour", [1, 3]],
      ["hour", [2, 4, 5]],
      ["service", [3, 4]],
    ])
    expect(groupsOf([hit[0]!, hit[1]!])).toEqual([])
  })

  it("are decided one after the other; what is refused is said at its row, and the rest is done", async () => {
    const cancel = vi
      .spyOn(desk, "cancel")
      .mockImplementation((_hall, id) =>
        id === 2 ? Promise.reject(new ApiError("appointment_over", {}, "It is over", 409)) : Promise.resolve({}),
      )
    const told: number[] = []
    const failed = await decideMany("h", hit.slice(0, 3), "cancel", { told: (done) => told.push(done) })
    expect(cancel.mock.calls.map(([, id]) => id)).toEqual([1, 2, 3])
    expect([...failed.keys()]).toEqual([2])
    expect(failed.get(2)).toBeTruthy()
    expect(told).toEqual([1, 2, 3])
  })

  it("are moved to the same hour of another day, where that is free", async () => {
    const day = "2026-11-25"
    vi.spyOn(desk, "slots").mockResolvedValue([
      { start: `${day}T09:00:00.000+08:00`, free: 1 },
      { start: `${day}T10:00:00.000+08:00`, free: 0 },
    ] as never)
    const move = vi.spyOn(desk, "move").mockResolvedValue({})
    const failed = await decideMany(
      "h",
      [hit[0]!, hit[1]!, booked(6, "pass", "2026-11-24T15:00:00.000+08:00")],
      "move",
      { day, told: () => undefined },
    )
    expect(move.mock.calls).toEqual([["h", 1, `${day}T09:00:00.000+08:00`]])
    expect([...failed]).toEqual([
      [2, expect.stringContaining("10:00")],
      [6, expect.stringContaining("15:00")],
    ])
  })
})
