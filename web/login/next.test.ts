import { describe, expect, it } from "vitest"
import { nextPage } from "./next"

describe("nextPage", () => {
  it("goes back to where one came from", () => {
    expect(nextPage("?next=%2Fcounter%3Fhall%3Da", "supervisor")).toBe("/counter?hall=a")
  })

  it("goes to the work of one's role otherwise", () => {
    expect(nextPage("", "clerk")).toBe("/counter")
    expect(nextPage("", "admin")).toBe("/supervisor")
  })

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"])(
    "never follows %s to another host",
    (next) => {
      expect(nextPage(`?next=${encodeURIComponent(next)}`, "clerk")).toBe("/counter")
    },
  )
})
