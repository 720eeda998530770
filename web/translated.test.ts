import { mount } from "@vue/test-utils"
import { afterEach, describe, expect, it } from "vitest"
import { nextTick } from "vue"
import { aTicket, calledTo } from "../visitor/page/cast"
import CallFace from "../visitor/page/CallFace.vue"
import TicketFace from "../visitor/page/TicketFace.vue"
import { setLocale } from "./i18n"
import { surviveTranslators } from "./translated"

/** What translators do: each text stands in two `font` elements, itself or another one in its stead. */
function translate(root: Node, anew: boolean): void {
  const texts: Text[] = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) texts.push(walker.currentNode as Text)
  for (const text of texts) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")]
    outer.append(inner)
    text.replaceWith(outer)
    inner.append(anew ? document.createTextNode(`» ${text.data}`) : text)
  }
}

surviveTranslators()
afterEach(() => setLocale("zh-CN"))

describe.each([
  ["wrapped", false],
  ["replaced", true],
])("a page whose texts a translator has %s", (_, anew) => {
  it("follows the place, the wait, the clerk's words and 'come back'", async () => {
    setLocale("en")
    const page = mount(TicketFace, {
      props: { face: "waiting", ticket: aTicket({ tags: ["priority"] }), hall: null, now: 0 },
      attachTo: document.body,
    })
    translate(page.element, anew)
    await page.setProps({
      face: "soon",
      ticket: aTicket({
        ahead: 1,
        wait: { low: 0, high: 5 },
        now_serving: [
          { number: "A007", counter: "2" },
          { number: "A008", counter: "3" },
        ],
      }),
    })
    await nextTick()
    expect(page.text()).toContain("Almost your turn")
    expect(page.text()).not.toContain("You are in the queue")
    expect(page.get(".figures").text()).toContain("1 ahead")
    expect(page.get(".figures").text()).toContain("under 5 min")
    expect(page.findAll(".now li").map((one) => one.text().replace(/[» ]/g, ""))).toEqual([
      "A007tocounter2",
      "A008tocounter3",
    ])
    translate(page.element, anew)
    await page.setProps({ face: "held", ticket: aTicket({ state: "held", counter: "1", told: "a copy" }) })
    expect(page.text()).toContain("The clerk asks you: a copy")
    expect(page.find(".figures").exists()).toBe(false)
    page.unmount()
  })

  it("follows a call, a recall and the seconds since", async () => {
    setLocale("en")
    const page = mount(CallFace, {
      props: { face: "called", ticket: calledTo("5"), now: Date.parse(calledTo("5").last_called_at!), ringing: true },
      attachTo: document.body,
    })
    translate(page.element, anew)
    await page.setProps({
      face: "recalled",
      ticket: calledTo("6", { calls: 2, last_called_at: "2026-11-23T09:01:00.000+08:00" }),
      now: Date.parse("2026-11-23T09:01:07.000+08:00"),
    })
    expect(page.text()).toContain("Called again")
    expect(page.text()).not.toContain("It is your turn")
    expect(page.get(".counter").text()).toBe("6")
    expect(page.get(".since").text()).toBe("called 7 s ago")
    page.unmount()
  })
})
