import { mount } from "@vue/test-utils"
import { describe, expect, it } from "vitest"
import { givenAway } from "./given"
import MissingTicket from "./MissingTicket.vue"

const noon = Date.parse("2026-11-23T12:00:00+08:00")

describe("a number that the server does not know yet", () => {
  it("is read from behind the address, for its day and the next", () => {
    expect(givenAway("#A9001.2026-11-23", noon)).toBe("A9001")
    expect(givenAway("#A9001.2026-11-22", noon)).toBe("A9001")
    expect(givenAway("#A9001.2026-11-24", noon)).toBe("A9001") // a phone whose clock is behind
    expect(givenAway("#A9001.2026-11-20", noon)).toBeNull()
  })

  it("may have no letters", () => {
    expect(givenAway("#9001.2026-11-23", noon)).toBe("9001")
  })

  it.each(["", "#", "#top", "#A9001", "#A9001.soon", "#<b>1.2026-11-23", "#A9001.2026-13-77"])(
    "is not made of %s",
    (hash) => {
      expect(givenAway(hash, noon)).toBeNull()
    },
  )

  it("is to be kept, and no other is offered", () => {
    const page = mount(MissingTicket, { props: { phase: "unknown", given: "A9001" } })
    expect(page.text()).toContain("A9001")
    expect(page.find("a").exists()).toBe(false)
    expect(
      mount(MissingTicket, { props: { phase: "unknown", given: null } })
        .find("a")
        .exists(),
    ).toBe(true)
  })
})
