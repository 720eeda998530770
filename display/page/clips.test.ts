import { describe, expect, it, vi } from "vitest"
import { createClips } from "./clips"

const decoder = {
  decodeAudioData: ((_data: ArrayBuffer, done: (buffer: AudioBuffer) => void) => done({} as AudioBuffer)) as never,
}

describe("createClips", () => {
  it("keeps a bounded number, the last used longest", async () => {
    const fetched = vi.fn(() => Promise.resolve(new ArrayBuffer(1)))
    const clips = createClips(decoder, fetched)
    await clips.get("/chime")
    for (let n = 0; n < 500; n++) {
      await clips.get(`/clip/${n}`)
      await clips.get("/chime")
    }
    expect(clips.size()).toBe(48)
    expect(fetched).toHaveBeenCalledTimes(501)
  })

  it("fetches one clip once, however many ask at the same time", async () => {
    const fetched = vi.fn(() => Promise.resolve(new ArrayBuffer(1)))
    const clips = createClips(decoder, fetched)
    await Promise.all([clips.get("/a"), clips.get("/a"), clips.get("/a")])
    expect(fetched).toHaveBeenCalledTimes(1)
  })
})
