/**
 * Reads the page aloud, in Chinese and then in English, by the voices of this machine. Where one of the two is missing
 * nothing is offered: an English voice that spells Chinese helps nobody.
 */
import { onBeforeUnmount, ref, watch, type Ref } from "vue"

export interface ReadAloud {
  /** Whether this machine has a voice for both languages. */
  possible: Ref<boolean>
  on: Ref<boolean>
  toggle(): void
  stop(): void
}

const LANGUAGES = ["zh", "en"] as const

/** `place`: the element that is read; `changed`: what makes it another page, which is then read from its beginning. */
export function useReadAloud(place: () => HTMLElement | null, changed: () => unknown): ReadAloud {
  const speech = typeof speechSynthesis === "undefined" ? null : speechSynthesis
  const possible = ref(false)
  const on = ref(false)

  function look(): void {
    const voices = speech?.getVoices() ?? []
    possible.value = LANGUAGES.every((language) =>
      voices.some((voice) => voice.lang.toLowerCase().startsWith(language)),
    )
  }

  function read(): void {
    speech?.cancel()
    const main = place()
    if (!on.value || !main || !speech) return
    for (const language of LANGUAGES) {
      const text = spokenOf(main, language)
      const voice = speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(language))
      if (!text || !voice) continue
      const said = new SpeechSynthesisUtterance(text)
      said.voice = voice
      said.lang = voice.lang
      said.rate = 0.9
      speech.speak(said)
    }
  }

  function stop(): void {
    on.value = false
    speech?.cancel()
  }

  look()
  speech?.addEventListener?.("voiceschanged", look)
  watch([on, changed], read, { flush: "post" })
  onBeforeUnmount(() => {
    speech?.removeEventListener?.("voiceschanged", look)
    stop()
  })
  return {
    possible,
    on,
    toggle: () => {
      on.value = !on.value
    },
    stop,
  }
}

/** What an element says in a language: its texts marked with it, in their order; numbers digit by digit. */
export function spokenOf(place: HTMLElement, language: "zh" | "en"): string {
  const found = [...place.querySelectorAll<HTMLElement>(`[lang^="${language}"], .number`)]
  const texts = found.map((one) =>
    one.classList.contains("number") ? spelled(one.textContent ?? "") : (one.textContent ?? "").trim(),
  )
  return texts.filter(Boolean).join(language === "zh" ? "。" : ". ")
}

/** A ticket's number as it is called: "A012" as "A 0 1 2". */
function spelled(text: string): string {
  return /^[A-Z]{0,3}\d+$/.test(text.trim()) ? text.trim().split("").join(" ") : text.trim()
}
