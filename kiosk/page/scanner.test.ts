import { describe, expect, it } from "vitest"
import { createScanner, FORGET_MS } from "./scanner"

function type(text: string, from: number, gap = 5): { scanner: ReturnType<typeof createScanner>; got: string | null } {
  const scanner = createScanner()
  let got: string | null = null
  ;[...text, "Enter"].forEach((key, n) => {
    got = scanner.key(key, from + n * gap)
  })
  return { scanner, got }
}

describe("a scanner", () => {
  it("gives the whole text at Enter", () => {
    expect(type("http://hall.example/a/abcDEF-123_xyz", 0).got).toBe("http://hall.example/a/abcDEF-123_xyz")
  })

  it("forgets what was typed long before, and takes back with Backspace", () => {
    const scanner = createScanner()
    for (const key of ["X", "Y"]) scanner.key(key, 0)
    for (const key of ["K", "7", "M", "4", "Q", "Z", "Backspace", "X"]) scanner.key(key, FORGET_MS + 1)
    expect(scanner.key("Enter", FORGET_MS + 2)).toBe("K7M4QX")
  })

  it("takes no lone Enter, no stray key and no flood for a code", () => {
    expect(type("", 0).got).toBeNull()
    expect(type("ab", 0).got).toBeNull()
    const scanner = createScanner()
    for (const key of ["Shift", "F5", "K", "7", "M", "4"]) scanner.key(key, 0)
    expect(scanner.key("Enter", 1)).toBe("K7M4")
    expect(type("x".repeat(1000), 0, 1).got).toHaveLength(300)
  })
})
