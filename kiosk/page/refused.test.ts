import { mount } from "@vue/test-utils"
import { expect, it } from "vitest"
import RefusedPage from "./RefusedPage.vue"

it("says the time of an appointment by the hall's clock", () => {
  const error = { code: "too_early", params: { start: "2026-11-24T02:00:00.000+00:00" }, message: "" }
  const page = mount(RefusedPage, { props: { service: null, error, left: 0, zone: "Asia/Shanghai" } })
  expect(page.text()).toContain("您的预约时间是 2026-11-24 10:00")
  expect(page.text()).toContain("Your appointment is at 2026-11-24 10:00")
})
