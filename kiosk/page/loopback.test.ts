import { afterEach, describe, expect, it, vi } from "vitest"
import { aHall, aTicket } from "./cast"
import { inZone, printed, printHere } from "./loopback"

const ticket = aTicket({ number: "A9001", token: "t".repeat(22), issued_at: "2026-11-23T01:31:45.678Z", away: true })
afterEach(() => vi.unstubAllGlobals())

describe("printing on this PC", () => {
  it("asks the agent beside the page, once for each ticket, without a promise of a wait", async () => {
    const asked = vi
      .fn<(url: string, init: RequestInit) => Promise<Response>>()
      .mockResolvedValue(new Response(JSON.stringify({ printed: true })))
    vi.stubGlobal("fetch", asked)
    expect(await printHere(ticket, aHall(), 58)).toBeNull()
    const [url, init] = asked.mock.calls[0]!
    expect(url).toBe("http://127.0.0.1:8765/print")
    expect(JSON.parse(String(init.body))).toEqual({ key: ticket.token, ticket: printed(ticket, aHall()), width_mm: 58 })
    await printHere(ticket, aHall(), 80, 512)
    expect(JSON.parse(String(asked.mock.calls[1]![1].body))).toMatchObject({ width_mm: 80, dots: 512 })
    expect(printed(ticket, aHall())).toMatchObject({
      number: "A9001",
      issued_at: "2026-11-23T09:31:45+08:00",
      ahead: null,
      wait: null,
    })
  })

  it("has the hall's own lines and picture, in the languages of paper", () => {
    const named = { "zh-CN": "图书馆", en: "Library", ug: "كۈتۈپخانا" }
    const own = { ...ticket, hall_name: named, paper: { lines: [named], picture: "iVBOR" } }
    expect(printed(own, aHall())).toMatchObject({
      hall: { "zh-CN": "图书馆", en: "Library" },
      lines: [{ "zh-CN": "图书馆", en: "Library" }],
      picture: "iVBOR",
    })
    expect(printed(own, aHall()).hall).not.toHaveProperty("ug")
    expect(printed(ticket, aHall())).toMatchObject({ lines: [] })
    expect(printed(ticket, aHall())).not.toHaveProperty("picture")
  })

  it("says why there is no paper", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ error: { code: "paper_out" } }), { status: 503 }))
    expect(await printHere(ticket, aHall(), 58)).toBe("paper_out")
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("nobody listens")
    })
    expect(await printHere(ticket, aHall(), 58)).toBe("unreachable")
    vi.stubGlobal("fetch", async () => new Response("{}"))
    expect(await printHere(ticket, aHall(), 58)).toBe("unreachable")
  })

  it("writes the hall's clock, west and east of Greenwich", () => {
    expect(inZone("2026-07-01T00:30:00Z", "America/St_Johns")).toBe("2026-06-30T22:00:00-02:30")
    expect(inZone("2026-11-23T16:00:00Z", "Asia/Shanghai")).toBe("2026-11-24T00:00:00+08:00")
  })
})
