/**
 * A paired screen at work: the live board, the loudspeaker, the captions and the reports to the server, joined.
 * What it shows is decided elsewhere (states.ts, calls.ts); here are only the messages of docs/protocol.md.
 */
import { computed, onBeforeUnmount, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue"
import { api, requestId } from "../../web/api"
import { added } from "../../web/i18n"
import { askLanguages, languages, offeredFor, speakIn } from "../../web/languages"
import { fetchLetters } from "../../web/letters"
import { createLive, type Live } from "../../web/live"
import { reducePublic } from "../../web/reduce"
import type { Device, PublicSnapshot, Range } from "../../web/types"
import { arrangeCalls } from "./calls"
import { createCaptions, type Caption, type Captions } from "./captions"
import { keepSettings, type KnownDevice } from "./keptSettings"
import { layoutFrom, LAYOUTS, type Layout } from "./layouts"
import { createReporter } from "./report"
import { screenSettings, type ScreenSettings } from "./settings"
import { createSound, type Play, type SoundState } from "./sound"

export interface PairedScreen {
  token: string
  device: KnownDevice | null
  denied: () => void
}

export interface HallScreen {
  live: Live<PublicSnapshot>
  settings: ComputedRef<ScreenSettings>
  layout: ComputedRef<Layout>
  /** The settings name a layout that does not exist; the usual one is shown. */
  layoutIsWrong: ComputedRef<boolean>
  expected: ShallowRef<Record<string, Range | null>>
  captions: Captions
  soundState: ShallowRef<SoundState>
  unlock: () => void
}

/** The waits move between events: asked for now and then. */
const EXPECTED_EVERY_MS = 60_000

type PlayMessage = Play & { number: string }

/** To be called in a component's setup: everything ends with that component. */
export function createHallScreen({ token, device: known, denied }: PairedScreen): HallScreen {
  const device = shallowRef<KnownDevice | null>(known)
  const expected = shallowRef<Record<string, Range | null>>({})
  const soundState = shallowRef<SoundState>("off")
  const speaking = shallowRef(false)
  const captions = createCaptions()

  const page = requestId() // tells the voice a page that was loaded anew, which plays nothing any more, from a cut line
  const live = createLive<PublicSnapshot>({
    namespace: "/display",
    auth: () => ({ token, page }),
    reduce: reducePublic,
    onSnapshot: (snapshot) => {
      expected.value = snapshot.expected
    },
    onDenied: denied,
    onDevice: remember,
    quiet: () => !speaking.value && !someoneIsLit(),
  })

  const settings = computed(() =>
    screenSettings({
      query: new URLSearchParams(location.search),
      device: device.value?.settings ?? {},
      hall: live.state.snapshot?.hall ?? null,
      zone: device.value?.zone ?? live.state.snapshot?.zone ?? null,
    }),
  )
  const size = shallowRef({ width: innerWidth, height: innerHeight })
  const wanted = computed(() => layoutFrom(settings.value.layout, size.value))
  const layout = computed(() => wanted.value ?? layoutFrom("auto", size.value) ?? LAYOUTS["landscape-list"])

  const sound = createSound({
    context: settings.value.sound === "off" ? null : audioContext(),
    onChange: (state) => {
      soundState.value = state
    },
  })
  const reporter = createReporter((status) => live.tell("status", { ...status }), {
    sound: sound.state(),
    volume: settings.value.volume,
    last_spoken: null,
    layout: layout.value.name,
    errors: 0,
  })

  function remember(told: Device): void {
    const itself = keepSettings(told)
    if (JSON.stringify(itself) !== JSON.stringify(device.value)) device.value = itself
  }

  function someoneIsLit(): boolean {
    return arrangeCalls(live.state.snapshot?.calls ?? [], live.state.now).stage.some((call) => call.lit)
  }

  /** What was played while the line was down is told when it is back: else the voice would say it again. */
  const played: Record<string, unknown>[] = []
  function tellPlayed(): void {
    if (live.state.connected) played.splice(0).forEach((one) => live.tell("played", one))
  }

  async function play(message: PlayMessage): Promise<void> {
    speaking.value = true
    const { ok, error } = await sound.play(message)
    speaking.value = false
    played.push(error === undefined ? { play: message.play, ok } : { play: message.play, ok, error })
    tellPlayed()
    if (ok && message.number !== null)
      reporter.change({ last_spoken: message.number }) // a notice and a trial name none
    else if (error === "clip") reporter.fault()
  }

  async function askExpected(): Promise<void> {
    const hall = live.state.snapshot?.hall.code
    if (hall === undefined || live.state.link !== "live") return
    try {
      expected.value = (await api.get<PublicSnapshot>(`/halls/${encodeURIComponent(hall)}/board`)).expected
    } catch {
      // The waits of a minute ago stay; the next minute asks again.
    }
  }

  live.on("prepare", ({ clips }: { clips: string[] }) => sound.prepare(clips))
  live.on("play", (message: PlayMessage) => void play(message))
  live.on("stop", ({ play: id }: { play?: string }) => sound.stop(id))
  live.on("caption", (caption: Caption) => captions.show(caption))
  live.on("device", remember)

  const unlock = (): void => void sound.unlock()
  const resized = (): void => {
    size.value = { width: innerWidth, height: innerHeight }
  }
  const gestures = ["keydown", "pointerdown", "mousedown", "touchend"]
  gestures.forEach((gesture) => addEventListener(gesture, unlock))
  addEventListener("resize", resized)
  const asking = setInterval(() => void askExpected(), EXPECTED_EVERY_MS)

  watch(
    [() => settings.value.language, languages],
    ([language]) => void speakIn(offeredFor(language)?.code ?? "zh-CN"),
    { immediate: true },
  )
  watch(added, (now) => {
    if (now) fetchLetters(JSON.stringify(now.words))
  })
  watch(
    [() => settings.value.language, () => live.state.link],
    ([language, link]) => {
      if (link === "live" && !offeredFor(language)) void askLanguages() // a screen in Chinese or English has no need to
    },
    { immediate: true },
  )
  watch(
    () => [settings.value.volume, settings.value.sound] as const,
    ([volume, wish]) => {
      sound.setVolume(volume)
      sound.setMuted(wish !== "on")
      reporter.change({ volume })
    },
    { immediate: true },
  )
  watch(soundState, (state) => reporter.change({ sound: state }))
  watch(
    () => layout.value.name,
    (name) => reporter.change({ layout: name }),
  )
  watch(
    () => live.state.link,
    (link) => {
      if (link === "live") reporter.report()
    },
  )
  watch(() => live.state.connected, tellPlayed)
  unlock()

  onBeforeUnmount(() => {
    gestures.forEach((gesture) => removeEventListener(gesture, unlock))
    removeEventListener("resize", resized)
    clearInterval(asking)
    captions.clear()
    reporter.stop()
    sound.stop()
    live.close()
  })

  return {
    live,
    settings,
    layout,
    layoutIsWrong: computed(() => wanted.value === null),
    expected,
    captions,
    soundState,
    unlock,
  }
}

type WindowWithOldAudio = Window & { webkitAudioContext?: typeof AudioContext }

function audioContext(): AudioContext | null {
  const Kind = window.AudioContext ?? (window as WindowWithOldAudio).webkitAudioContext
  try {
    return Kind === undefined ? null : new Kind()
  } catch {
    return null // as many contexts as the card allows are open already
  }
}
