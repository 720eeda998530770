import { describe, expect, it } from "vitest"
import { fetchLetters } from "../../web/letters"
import { both, everySentence } from "./texts"

describe("the letters of a screen", () => {
  it("are asked for at the start with all that it says while the server is away", () => {
    const asked: string[] = []
    const page = { fonts: { load: (_font: string, said: string) => (asked.push(said), Promise.resolve([])) } }
    fetchLetters(everySentence(), page as unknown as Document)
    expect(asked).toHaveLength(4)
    for (const key of ["hidden", "hiddenHint", "offline", "stale", "restarting", "emergency"] as const)
      for (const sentence of both(key).value) for (const said of asked) expect(said).toContain(sentence)
  })

  it("do not matter where a browser has no fonts to load", () => {
    expect(() => fetchLetters("号", {} as Document)).not.toThrow()
  })
})
