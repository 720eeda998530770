import { afterEach, describe, expect, it, vi } from "vitest"
import { ApiError } from "../../web/api"
import { aTicket } from "./cast"
import { isUnanswered, takeTicket } from "./taking"

const wish = { hall: "h", token: "device", service: "general", status: null }
const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const answer = (body: unknown, status: number): Response => new Response(JSON.stringify(body), { status })
const refusal = (code: string, status: number): Response => answer({ error: { code, params: {}, message: "" } }, status)
const key = (call: number): string => (asked.mock.calls[call]![1].headers as Record<string, string>)["Idempotency-Key"]!

function patience() {
  let now = 0
  return {
    giveUpMs: 5_000,
    now: () => now,
    pause: async (ms: number) => {
      now += ms
    },
  }
}

afterEach(() => {
  asked.mockReset()
  vi.unstubAllGlobals()
})

describe("taking a ticket", () => {
  it("signs with the machine's token and sends what was chosen", async () => {
    vi.stubGlobal("fetch", asked.mockResolvedValue(answer(aTicket(), 201)))
    expect((await takeTicket({ ...wish, status: "elderly" }, patience())).number).toBe("A013")
    const [url, init] = asked.mock.calls[0]!
    expect(url).toBe("/api/v1/halls/h/tickets")
    expect(JSON.parse(String(init.body))).toEqual({ service: "general", status: "elderly" })
    expect((init.headers as Record<string, string>).Authorization).toBe("Bearer device")
  })

  it("sends the same press again when no answer came, with the same key", async () => {
    asked
      .mockRejectedValueOnce(new TypeError("cut"))
      .mockResolvedValueOnce(refusal("starting", 503))
      .mockResolvedValueOnce(answer(aTicket(), 201))
    vi.stubGlobal("fetch", asked)
    await takeTicket(wish, patience())
    expect(asked).toHaveBeenCalledTimes(3)
    expect(new Set([key(0), key(1), key(2)]).size).toBe(1)
  })

  it("uses another key for the next press", async () => {
    vi.stubGlobal(
      "fetch",
      asked.mockImplementation(async () => answer(aTicket(), 201)),
    )
    await takeTicket(wish, patience())
    await takeTicket(wish, patience())
    expect(key(0)).not.toBe(key(1))
  })

  it("gives up after a while", async () => {
    vi.stubGlobal("fetch", asked.mockRejectedValue(new TypeError("cut")))
    await expect(takeTicket(wish, patience())).rejects.toMatchObject({ code: "offline" })
    expect(asked).toHaveBeenCalledTimes(5)
  })

  it("does not try again when the server is known to be away", async () => {
    vi.stubGlobal("fetch", asked.mockRejectedValue(new TypeError("cut")))
    await expect(takeTicket(wish, { ...patience(), hopeless: () => true }, "key")).rejects.toMatchObject({
      code: "offline",
    })
    expect([asked.mock.calls.length, key(0)]).toEqual([1, "key"])
  })

  it("tells an answer from none", () => {
    const codes = [
      "offline",
      "bad_answer",
      "starting",
      "stopping",
      "database_away",
      "hall_closed",
      "too_many",
      "internal",
    ]
    expect(codes.filter((code) => isUnanswered(new ApiError(code, {}, "", 0)))).toEqual(codes.slice(0, 5))
  })

  it("does not argue with a refusal", async () => {
    vi.stubGlobal("fetch", asked.mockResolvedValue(refusal("hall_closed", 409)))
    await expect(takeTicket(wish, patience())).rejects.toMatchObject({ code: "hall_closed" })
    expect(asked).toHaveBeenCalledOnce()
  })
})
