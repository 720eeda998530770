import { flushPromises, mount } from "@vue/test-utils"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { api, ApiError } from "./api"
import OwnPassword from "./components/OwnPassword.vue"
import { locale } from "./i18n"

describe("changing the own password", () => {
  let page: ReturnType<typeof mount>
  const dialog = () => document.querySelector<HTMLElement>("[role=dialog]")
  const type = async (...texts: string[]): Promise<void> => {
    const fields = dialog()!.querySelectorAll("input")
    texts.forEach((text, index) => {
      fields[index]!.value = text
      fields[index]!.dispatchEvent(new Event("input"))
    })
    await flushPromises()
  }
  const save = async (): Promise<void> => {
    const buttons = dialog()!.querySelectorAll("button")
    buttons[buttons.length - 1]!.click()
    await flushPromises()
  }
  beforeEach(async () => {
    locale.value = "en"
    page = mount(OwnPassword, { attachTo: document.body })
    await page.get("button").trigger("click")
  })
  afterEach(() => {
    page.unmount()
    locale.value = "zh-CN"
    document.body.innerHTML = ""
    vi.restoreAllMocks()
  })

  it("says what is lacking and sends nothing", async () => {
    const patch = vi.spyOn(api, "patch")
    for (const [texts, says] of [
      [["", "", ""], "Type the present password"],
      [["old one", "short", "short"], "The new password needs 8 characters or more"],
      [["the same one", "the same one", "the same one"], "The new password is the present one"],
      [["old one", "a new long one", "another one"], "The two new passwords differ"],
    ] as const) {
      await type(...texts)
      await save()
      expect(dialog()!.querySelector("[role=alert]")!.textContent).toBe(says)
    }
    expect(patch).not.toHaveBeenCalled()
  })

  it("says that the present one is wrong, and closes when it is done", async () => {
    const patch = vi
      .spyOn(api, "patch")
      .mockRejectedValueOnce(new ApiError("invalid", { field: "old_password" }, "", 422))
      .mockResolvedValue({})
    await type("old one", "a new long one", "a new long one")
    await save()
    expect(dialog()!.querySelector("[role=alert]")!.textContent).toBe("The present password is wrong")
    await save()
    expect(dialog()).toBeNull()
    expect(patch.mock.calls[1]).toEqual(["/me", { old_password: "old one", password: "a new long one" }])
  })
})
