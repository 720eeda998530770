import { mount } from "@vue/test-utils"
import { afterEach, describe, expect, it } from "vitest"
import { locale } from "../../web/i18n"
import { aHall } from "./cast"
import FailureList from "./FailureList.vue"

/** What the announcer and the screens say of a call that was not heard. */
const CODES = [
  "stale",
  "merged",
  "no_longer_called",
  "no_loudspeaker",
  "no_answer",
  "no_voice",
  "backlog",
  "zone_silent",
  "quiet_hours",
  "blocked",
  "muted",
  "off",
  "stopped",
  "clip",
  "silent",
]
const said = (reason: string): string => {
  const failed = {
    seq: 1,
    at: "2026-11-23T09:00:00+08:00",
    number: "A001",
    zone: null,
    result: "dropped" as const,
    reason,
  }
  return mount(FailureList, { props: { failures: [failed], hall: aHall() } })
    .get("li .muted")
    .text()
}

describe("a call that was not heard", () => {
  afterEach(() => {
    locale.value = "zh-CN"
  })

  it.each(["en", "zh-CN"] as const)("says why in %s, whatever the reason", (language) => {
    locale.value = language
    for (const code of CODES) expect(said(code)).not.toMatch(/_|^$|unknown|未知/)
    expect(said("flooded")).toContain("flooded")
    expect(said("flooded")).toMatch(/unknown fault|未知故障/)
  })
})
