import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { watchPaper } from "./paper"

const said = (job: number, state: "printing" | "printed" | "failed", error: string | null = null) => ({
  job,
  number: "A013",
  state,
  error,
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe("the paper of the ticket on the screen", () => {
  it("is printing until the server says more", () => {
    const paper = watchPaper()
    paper.follow({ job: 7, state: "queued" })
    expect(paper.state.paper).toBe("printing")
    paper.hear(said(7, "printed"))
    expect(paper.state.paper).toBe("printed")
  })

  it("is known even when the push was faster than the answer", () => {
    const paper = watchPaper()
    paper.hear(said(7, "failed", "paper_out"))
    paper.follow({ job: 7, state: "queued" })
    expect(paper.state).toEqual({ paper: "paper_out", fault: "paper_out" })
  })

  it("is not that of another ticket", () => {
    const paper = watchPaper()
    paper.follow({ job: 8, state: "queued" })
    paper.hear(said(7, "failed", "offline"))
    expect(paper.state).toEqual({ paper: "printing", fault: "offline" })
  })

  it("is not waited for for ever, and may still come", () => {
    const paper = watchPaper()
    paper.follow({ job: 7, state: "queued" })
    vi.advanceTimersByTime(15_000)
    expect(paper.state.paper).toBe("slow")
    paper.hear(said(7, "printed"))
    expect(paper.state.paper).toBe("printed")
  })

  it("is waited for as long as a slow line needs", () => {
    const paper = watchPaper()
    paper.follow({ job: 7, state: "queued" })
    paper.hear({ ...said(7, "printing"), seconds: 31 })
    vi.advanceTimersByTime(45_000)
    expect(paper.state.paper).toBe("printing")
    vi.advanceTimersByTime(1_000)
    expect(paper.state.paper).toBe("slow")
  })

  it("is told as torn when only a part of it is there", () => {
    const paper = watchPaper()
    paper.follow({ job: 7, state: "queued" })
    paper.hear(said(7, "failed", "torn"))
    expect(paper.state).toEqual({ paper: "torn", fault: "torn" })
  })

  it("is not spoken of where there is no printer", () => {
    const paper = watchPaper()
    paper.follow(null)
    vi.advanceTimersByTime(60_000)
    expect(paper.state).toEqual({ paper: "none", fault: null })
  })

  it("remembers a fault until a ticket was printed again", () => {
    const paper = watchPaper()
    paper.follow({ job: 7, state: "queued" })
    paper.hear(said(7, "failed", "cover_open"))
    paper.follow({ job: 8, state: "queued" })
    expect(paper.state).toEqual({ paper: "printing", fault: "cover_open" })
    paper.hear(said(8, "printed"))
    expect(paper.state).toEqual({ paper: "printed", fault: null })
  })
})
