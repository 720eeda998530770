import { describe, expect, it } from "vitest"
import { aDevice, aHall } from "./cast"
import {
  changeBody,
  confirmBody,
  emptyForm,
  formOf,
  plainCode,
  wrongField,
  wrongSetting,
  type PairingForm,
} from "./pairingForm"

const form = (change: Partial<PairingForm>): PairingForm => ({ ...emptyForm("483 920"), ...change })

describe("letting a device in", () => {
  it("reads a code however it is typed", () => {
    expect(["483 920", "483-920", "４８３９２０"].map(plainCode)).toEqual(["483920", "483920", "483920"])
  })

  it.each([
    ["code", form({ code: "48x920" })],
    ["counter", form({ layout: "counter-sign" })],
    ["host", form({ kind: "kiosk", printer: "network", host: " " })],
    ["port", form({ kind: "kiosk", printer: "network", host: "10.0.0.9", port: "99999" })],
    ["agent", form({ kind: "kiosk", printer: "agent" })],
    [null, form({})],
    [null, form({ kind: "kiosk", layout: "counter-sign" })],
  ])("knows that %s is wrong", (field, filled) => {
    expect(wrongField(filled)).toBe(field)
  })

  it("sends nothing that was left empty", () => {
    expect(confirmBody(form({}), "h")).toEqual({ hall: "h", settings: {} })
    expect(confirmBody(form({ kind: "announcer", zone: "a", name: " PC " }), "h")).toEqual({
      hall: "h",
      zone: "a",
      name: "PC",
      settings: {},
    })
  })

  it("sends a screen's layout and a kiosk's printer", () => {
    const sign = form({ layout: "counter-sign", counter: "5", screenInch: "abc" })
    expect(confirmBody(sign, "h").settings).toEqual({ layout: "counter-sign", counter: "5" })
    const large = form({ layout: "split", screenInch: "65", farthestSeat: "12" })
    expect(confirmBody(large, "h").settings).toEqual({ layout: "split", screen_inch: 65, farthest_seat_m: 12 })
    const network = form({ kind: "kiosk", printer: "network", host: " 10.0.0.9 ", width: "58" })
    expect(confirmBody(network, "h").settings).toEqual({
      printer: { kind: "network", host: "10.0.0.9", port: 9100, width_mm: 58 },
    })
    const agent = form({ kind: "kiosk", printer: "agent", agent: "7" })
    expect(confirmBody(agent, "h").settings).toEqual({ printer: { kind: "agent", device: 7, width_mm: 80 } })
  })
})

describe("changing a device", () => {
  const kiosk = aDevice({
    kind: "kiosk",
    name: "Door",
    zone: "a",
    settings: { printer: { kind: "network", host: "10.0.0.9", port: 9101, width_mm: 58, dots: 512 }, theme: "light" },
  })

  it("starts with what is in force, and sending it changes nothing", () => {
    expect(wrongSetting(formOf(kiosk))).toBeNull()
    expect(changeBody(formOf(kiosk), kiosk, aHall())).toEqual({ name: "Door", zone: "a", settings: kiosk.settings })
    const sign = aDevice({
      kind: "display",
      settings: { layout: "counter-sign", counter: "5", screen_inch: 32, margin: 4 },
    })
    expect(changeBody(formOf(sign), sign, aHall()).settings).toEqual(sign.settings)
  })

  it("keeps what it does not know of, and a name that was wiped out", () => {
    expect(changeBody({ ...formOf(kiosk), printer: "file", zone: "", name: " " }, kiosk, aHall())).toEqual({
      name: "Door",
      zone: null,
      settings: { theme: "light", printer: { kind: "file", width_mm: 58, dots: 512 } },
    })
  })

  it("drops directions to counters and zones that the hall does not have any more", () => {
    const directions = { zones: { a: "up", gone: "left" }, counters: { "1": "right", "99": "left" } }
    const screen = aDevice({ kind: "display", settings: { directions, zones: ["a", "gone"] } })
    const hall = {
      ...aHall(),
      zones: [{ code: "a", name: { "zh-CN": "", en: "" } }],
      counters: [{ ...aHall().counters[0]!, code: "1" }],
    }
    expect(changeBody(formOf(screen), screen, hall).settings).toEqual({
      directions: { zones: { a: "up" }, counters: { "1": "right" } },
      zones: ["a"],
    })
  })

  it("wants a printer's address", () => {
    expect(wrongSetting({ ...formOf(kiosk), host: "" })).toBe("host")
  })
})
