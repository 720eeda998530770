/** The pages follow the server's stream exactly: a recorded day, written by tests/server/test_streams.py. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { reducePublic, reduceStaff } from "./reduce"
import type { HallEvent, PublicSnapshot, StaffSnapshot } from "./types"

interface Scene {
  kind: string
  public_events: HallEvent[]
  staff_events: HallEvent[]
  public_after: PublicSnapshot
  staff_after: StaffSnapshot
}

const file = "tests/contract/day.json"
const day = JSON.parse(readFileSync(file, "utf-8")) as {
  public_start: PublicSnapshot
  staff_start: StaffSnapshot
  scenes: Scene[]
}

describe("a recorded day", () => {
  let board = day.public_start
  let desk = day.staff_start
  for (const [place, scene] of day.scenes.entries()) {
    it(`${place + 1}: ${scene.kind}`, () => {
      board = scene.public_events.reduce(reducePublic, board)
      desk = scene.staff_events.reduce(reduceStaff, desk)
      expect(board).toMatchObject(scene.public_after)
      expect(desk).toMatchObject(scene.staff_after)
      expect(board.calls).toEqual(scene.public_after.calls)
      expect(desk.counters).toEqual(scene.staff_after.counters)
    })
  }
})
