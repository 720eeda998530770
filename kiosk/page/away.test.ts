import { flushPromises } from "@vue/test-utils"
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Away, createAway } from "./away"
import { aHall, aService } from "./cast"

const NINE = Date.parse("2026-11-23T09:00:00+08:00")
const all: [string, string][] = [["2026-11-23T00:00:00+08:00", "2026-11-24T04:00:00+08:00"]]
const plan = {
  day: "2026-11-23",
  until: "2026-11-24T04:00:00+08:00",
  digits: 3,
  blocks: [{ prefix: "A", first: 9001, last: 9050 }],
  services: [{ code: "general", prefix: "A", spans: all }],
  url: "http://hall/t/",
}
const service = aService("general")

interface Asked {
  path: string
  body: { used?: Record<string, number>; tickets?: Record<string, string>[] }
}
let asked: Asked[]
/** What the server answers to what is handed in; null when it is away. */
let server: ((tickets: Record<string, string>[]) => object) | null
let runs: typeof plan.blocks
const open: Away[] = []

function anAway(): Away {
  const away = createAway({ token: "device-token", hall: () => aHall(), now: () => NINE })
  open.push(away)
  return away
}

async function seconds(away: Away, n: number, live = true): Promise<void> {
  for (let i = 0; i < n; i += 1) {
    away.tick(live)
    await settled()
  }
}
/** IndexedDB answers in tasks of its own. */
async function settled(): Promise<void> {
  for (let i = 0; i < 30; i += 1) await new Promise((resolve) => setTimeout(resolve, 0))
  await flushPromises()
}

beforeEach(() => {
  asked = []
  server = (tickets) => ({ entered: tickets, refused: [] })
  runs = plan.blocks
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const one: Asked = { path: url.split("/").pop()!, body: JSON.parse(String(init.body)) as Asked["body"] }
    asked.push(one)
    if (server === null) throw new TypeError("cut")
    return new Response(
      JSON.stringify(one.path === "number-blocks" ? { ...plan, blocks: runs } : server(one.body.tickets ?? [])),
    )
  })
})
afterEach(() => {
  open.splice(0).forEach((away) => away.close())
  vi.unstubAllGlobals()
})
const handed = (): Asked[] => asked.filter((one) => one.path === "from-machine")

describe("going on while the server is away", () => {
  it("has numbers once it was connected, and asks again only when something changed", async () => {
    const away = anAway()
    expect(away.gives("general", NINE)).toBe(false)
    await seconds(away, 20)
    expect(away.gives("general", NINE)).toBe(true)
    expect(asked).toHaveLength(1)
    away.changed()
    await seconds(away, 1)
    expect(asked).toHaveLength(2)
  })

  it("gives a ticket that says what it is and promises nothing", async () => {
    const away = anAway()
    await seconds(away, 1)
    const ticket = (await away.take(service, null, "key"))!
    expect(ticket).toMatchObject({
      number: "A9001",
      away: true,
      ahead: null,
      wait: null,
      url: `http://hall/t/${ticket.token}#A9001.2026-11-23`,
    })
    await settled()
    expect(away.toHandIn.value).toBe(1)
  })

  it("hands in what it gave when the server is back, and again until it was heard", async () => {
    const away = anAway()
    await seconds(away, 1)
    await away.take(service, "elderly", "key")
    await away.take(service, null, null)
    await seconds(away, 20, false)
    expect(handed()).toHaveLength(0)
    server = null
    await seconds(away, 3)
    expect(handed()).toHaveLength(1)
    expect(away.toHandIn.value).toBe(2)
    server = (tickets) => ({ entered: tickets, refused: [] })
    await seconds(away, 7)
    const last = handed()[1]!.body.tickets!
    expect(last.map(({ number, status, instead_of: insteadOf }) => [number, status, insteadOf])).toEqual([
      ["A9001", "elderly", "key"],
      ["A9002", undefined, undefined],
    ])
    expect(away.toHandIn.value).toBe(0)
    expect(asked[asked.length - 1]).toMatchObject({ path: "number-blocks", body: { used: { A: 9002 } } })
  })

  it("has a fresh run in the first second after the server is back, when few were left or none", async () => {
    const away = anAway()
    await seconds(away, 1)
    for (let given = 0; given < 50; given += 1) await away.take(service, null, null)
    expect(await away.take(service, null, null)).toBeNull()
    expect(away.gives("general", NINE)).toBe(false)
    await seconds(away, 20, false)
    expect(asked).toHaveLength(1)
    runs = [...plan.blocks, { prefix: "A", first: 9051, last: 9100 }]
    await seconds(away, 1)
    expect(asked.filter((one) => one.path === "number-blocks").map((one) => one.body.used)).toEqual([{}, { A: 9050 }])
    expect((await away.take(service, null, null))!.number).toBe("A9051")
  })

  it("hands in what the page before it gave", async () => {
    const before = anAway()
    await seconds(before, 1)
    await before.take(service, null, null)
    before.close()
    const after = anAway()
    await settled()
    expect(after.toHandIn.value).toBe(1)
    await seconds(after, 6)
    expect(handed()).toHaveLength(1)
  })

  it("keeps in sight what the server did not take, and does not hand it in again", async () => {
    const away = anAway()
    await seconds(away, 1)
    await away.take(service, null, null)
    server = (tickets) => ({ entered: [], refused: tickets.map((one) => ({ ...one, code: "unknown_service" })) })
    await seconds(away, 12)
    expect([away.toHandIn.value, away.refused.value]).toEqual([0, ["A9001"]])
    expect(handed()).toHaveLength(1)
  })
})
