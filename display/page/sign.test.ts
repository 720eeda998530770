import { mount } from "@vue/test-utils"
import { describe, expect, it } from "vitest"
import { computed } from "vue"
import { ago, call, hall, NOW, snapshot } from "./cast"
import SignPanel from "./panels/SignPanel.vue"
import { SCREEN } from "./screen"
import { screenSettings } from "./settings"
import { signFace } from "./sign"
import type { CounterState, Directions, PublicTicket } from "../../web/types"

const board = (calls: PublicTicket[], state: CounterState = "open", since = ago(3600)) => {
  const base = snapshot()
  return {
    ...base,
    calls: calls.map((one) => ({ ...one, at: one.last_called_at })),
    counters: base.counters.map((one) => (one.code === "3" ? { ...one, state, since } : one)),
  }
}
const face = (calls: PublicTicket[], state?: CounterState, served?: string) =>
  signFace(board(calls, state), "3", NOW, served)

describe("the sign of a counter", () => {
  it("flashes a called number for 3 s, then shows it steady, lit for 20 s", () => {
    expect(face([call("A012", "3", 2)])).toMatchObject({ face: "number", number: "A012", flashing: true, lit: true })
    expect(face([call("A012", "3", 3)])).toMatchObject({ flashing: false, lit: true })
    expect(face([call("A012", "3", 30)])).toMatchObject({ flashing: false, lit: false })
  })

  it("keeps the number while it is served, also when the counter has paused meanwhile", () => {
    expect(face([call("A012", "3", 300, { state: "serving" })], "paused")).toMatchObject({
      number: "A012",
      serving: true,
    })
  })

  it("is idle before the first call, and says thanks after one", () => {
    expect(face([call("A011", "4", 10)])).toEqual({ face: "idle" })
    expect(face([], "open", ago(3600))).toEqual({ face: "serving_done" })
  })

  it("greets anew after a pause", () => {
    expect(face([], "open", ago(7200))).toEqual({ face: "idle" })
  })

  it.each(["closed", "paused"] as const)("says that there is no service while the counter is %s", (state) => {
    expect(face([], state, ago(3600))).toEqual({ face: "paused" })
  })

  it("does not offer service at a counter that the hall does not know", () => {
    expect(signFace(board([]), "99", NOW)).toEqual({ face: "paused" })
  })
})

describe("a sign that does not hang over its counter", () => {
  const shown = (directions: Directions) => {
    const settings = screenSettings({
      query: new URLSearchParams(),
      device: { layout: "counter-sign", counter: "3", directions },
      hall: hall(),
      zone: "east",
    })
    const present = call("A012", "3", 30)
    const screen = {
      snapshot: computed(() => snapshot({ calls: [{ ...present, at: present.last_called_at }] })),
      now: computed(() => NOW),
      settings: computed(() => settings),
      expected: computed(() => ({})),
      caption: computed(() => []),
      hasStage: computed(() => false),
      callsAreOld: computed(() => false),
    }
    return mount(SignPanel, { global: { provide: { [SCREEN as symbol]: screen } } })
  }

  it("points to it, and has no arrow where nobody set a direction", () => {
    expect(
      shown({ counters: { "3": "left" } })
        .get(".sign-head .arrow")
        .attributes("aria-label"),
    ).toMatch(/左边|left/)
    expect(
      shown({ zones: { east: "up" } })
        .find(".sign-head .arrow")
        .exists(),
    ).toBe(true)
    expect(
      shown({ counters: { "4": "left" } })
        .find(".arrow")
        .exists(),
    ).toBe(false)
  })
})
