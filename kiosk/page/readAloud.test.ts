import { mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { defineComponent, h, nextTick, ref } from "vue"
import { spokenOf, useReadAloud, type ReadAloud } from "./readAloud"

const PAGE = '<h1><span lang="zh-CN">请选择</span><span lang="en">Please choose</span></h1><b class="number">A012</b>'
let spoken: string[]
let voices: { lang: string }[]

beforeEach(() => {
  spoken = []
  voices = [{ lang: "zh-CN" }, { lang: "en-US" }]
  vi.stubGlobal("speechSynthesis", {
    getVoices: () => voices,
    cancel: () => spoken.push("(silence)"),
    speak: (said: { text: string; lang: string }) => spoken.push(`${said.lang}: ${said.text}`),
  })
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      lang = ""
      voice = null
      rate = 1
      constructor(public text: string) {}
    },
  )
})
afterEach(() => vi.unstubAllGlobals())

function machine(): { aloud: ReadAloud; page: ReturnType<typeof ref<number>>; leave: () => void } {
  const page = ref(1)
  let aloud: ReadAloud | null = null
  const place = document.createElement("main")
  place.innerHTML = PAGE
  const shown = mount(
    defineComponent({
      setup() {
        aloud = useReadAloud(
          () => place,
          () => page.value,
        )
        return () => h("div")
      },
    }),
  )
  return { aloud: aloud!, page, leave: () => shown.unmount() }
}

describe("reading aloud", () => {
  it("says the page in Chinese, then in English, numbers digit by digit", async () => {
    const { aloud } = machine()
    aloud.toggle()
    await nextTick()
    expect(spoken.slice(1)).toEqual(["zh-CN: 请选择。A 0 1 2", "en-US: Please choose. A 0 1 2"])
  })

  it("begins again with the next page, and is silent when switched off or left", async () => {
    const { aloud, page, leave } = machine()
    aloud.toggle()
    await nextTick()
    spoken.length = 0
    page.value = 2
    await nextTick()
    expect(spoken).toHaveLength(3)
    spoken.length = 0
    aloud.toggle()
    await nextTick()
    expect(spoken).toEqual(["(silence)"])
    leave()
    expect(aloud.on.value).toBe(false)
  })

  it("is not offered where a voice is missing", () => {
    voices = [{ lang: "en-US" }]
    expect(machine().aloud.possible.value).toBe(false)
    vi.stubGlobal("speechSynthesis", undefined)
    expect(machine().aloud.possible.value).toBe(false)
  })

  it("reads only what is marked with the language", () => {
    const place = document.createElement("main")
    place.innerHTML = PAGE
    expect(spokenOf(place, "en")).toBe("Please choose. A 0 1 2")
  })
})
