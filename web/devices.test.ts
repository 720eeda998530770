import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { api, ApiError, setCsrfToken } from "./api"
import { createPairing, deviceToken, forgetDeviceToken } from "./pairing"

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status })
const asked = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()

beforeEach(() => {
  asked.mockReset()
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  setCsrfToken(null)
  localStorage.clear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe("api", () => {
  const header = (call: number, name: string): string | undefined =>
    (asked.mock.calls[call]![1].headers as Record<string, string>)[name]

  it("sends JSON, and the CSRF token only with what changes something", async () => {
    setCsrfToken("csrf")
    asked.mockImplementation(async () => answer(200, { ok: 1 }))
    await api.get("/me")
    await api.post("/logout")
    expect(asked.mock.calls[0]![0]).toBe("/api/v1/me")
    expect(header(0, "X-CSRF-Token")).toBeUndefined()
    expect(header(1, "X-CSRF-Token")).toBe("csrf")
    await api.post("/halls/h/tickets", {}, { token: "device", idempotencyKey: "k" })
    expect([header(2, "Authorization"), header(2, "Idempotency-Key")]).toEqual(["Bearer device", "k"])
    expect(header(2, "X-CSRF-Token")).toBeUndefined()
  })

  it("turns the envelope into an error with code, parameters and status", async () => {
    asked.mockResolvedValue(answer(409, { error: { code: "ticket_open", params: { number: "A1" }, message: "m" } }))
    await expect(api.post("/x")).rejects.toMatchObject({ code: "ticket_open", params: { number: "A1" }, status: 409 })
  })

  it("has a code for a dead line and for nonsense", async () => {
    asked.mockRejectedValueOnce(new TypeError("failed")).mockResolvedValueOnce(new Response("<html>", { status: 502 }))
    await expect(api.get("/x")).rejects.toMatchObject({ code: "offline", status: 0 })
    await expect(api.get("/x")).rejects.toBeInstanceOf(ApiError)
  })
})

describe("pairing", () => {
  it("keeps the token of the address and takes it out of sight", () => {
    location.hash = "#device=abc%2Fd"
    expect(deviceToken("display")).toBe("abc/d")
    expect(location.hash).toBe("")
    expect(deviceToken("display")).toBe("abc/d")
    expect(deviceToken("kiosk")).toBeNull()
    forgetDeviceToken("display")
    expect(deviceToken("display")).toBeNull()
  })

  it("shows a code until it is confirmed, and a new one when it has expired", async () => {
    vi.useFakeTimers()
    const begun = (code: string): Response =>
      answer(201, { code, secret: `s${code}`, expires_at: "", confirm_url: `u${code}` })
    const device = { id: 1, kind: "display", hall: "h", zone: null, name: "", settings: {} }
    asked
      .mockResolvedValueOnce(begun("1"))
      .mockResolvedValueOnce(answer(200, { state: "pending" }))
      .mockResolvedValueOnce(answer(409, { error: { code: "pairing_expired", params: {}, message: "" } }))
      .mockResolvedValueOnce(begun("2"))
      .mockRejectedValueOnce(new TypeError("failed"))
      .mockResolvedValueOnce(answer(200, { state: "confirmed", token: "T", device }))
    const paired = vi.fn()
    const pairing = createPairing("display", paired)
    pairing.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(pairing.state).toMatchObject({ phase: "showing", code: "1", confirmUrl: "u1" })
    await vi.advanceTimersByTimeAsync(2_000 + 2_000 + 5_000)
    expect(pairing.state.code).toBe("2")
    await vi.advanceTimersByTimeAsync(2_000)
    expect(pairing.state.phase).toBe("offline")
    await vi.advanceTimersByTimeAsync(5_000)
    expect(pairing.state).toMatchObject({ phase: "paired", token: "T" })
    expect(paired).toHaveBeenCalledWith("T", device)
    expect(localStorage.getItem("hallcall.device.display")).toBe("T")
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveBeenCalledTimes(6)
  })
})
