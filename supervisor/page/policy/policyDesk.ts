/** The rule in force, the one being edited, and the comparison: what the page does, without how it looks. */
import { computed, shallowReactive } from "vue"
import { api, requestId, type ApiError } from "../../../web/api"
import { errorSentence } from "../../../web/errors"
import { contradictions, copyOf, presetLike, sameRule } from "./draft"
import { ruleOf, type Comparison, type NamedRule, type PolicyAnswer, type Rule } from "./shapes"

/** A day of many visits under several rules takes its time on a slow machine. */
const PATIENCE_MS = 60_000

export interface Wish {
  source: "log" | "drawn"
  /** Per cent; null for the day as it was. */
  booked: number | null
  /** Per cent, of a drawn day. */
  load: number
}

export interface Desk {
  present: PolicyAnswer | null
  draft: Rule | null
  /** The rule that was in force before the last change made here. */
  before: NamedRule | null
  comparison: Comparison | null
  compared: Wish | null
  pending: "apply" | "undo" | "compare" | null
  failed: string
  /** Why the last comparison did not come. */
  notCompared: string
}

/** What was filled in wrongly is said by the server in the reader's language; anything else by the page. */
export const sentenceOf = (error: ApiError): string =>
  error.code === "invalid" && error.message ? error.message : errorSentence(error)

export interface PolicyDesk {
  state: Desk
  changed: { readonly value: boolean }
  wrong: { readonly value: string[] }
  load(): Promise<void>
  edit(rule: Rule): void
  apply(): Promise<NamedRule | null>
  undo(): Promise<NamedRule | null>
  compare(wish: Wish): Promise<void>
}

export function policyDesk(hall: string): PolicyDesk {
  const path = `/halls/${encodeURIComponent(hall)}/policy`
  const state = shallowReactive<Desk>({
    present: null,
    draft: null,
    before: null,
    comparison: null,
    compared: null,
    pending: null,
    failed: "",
    notCompared: "",
  })
  const changed = computed(() => Boolean(state.present && state.draft && !sameRule(state.present, state.draft)))
  const wrong = computed(() => (state.draft ? contradictions(state.draft) : []))

  /** Read the rule in force; a draft that was not touched follows it. */
  async function load(): Promise<void> {
    const untouched = !changed.value
    const answer = await api.get<PolicyAnswer>(path)
    state.present = answer
    if (untouched || !state.draft) state.draft = copyOf(answer)
  }

  function edit(rule: Rule): void {
    state.draft = rule
    state.failed = ""
  }

  async function put(body: unknown, pending: "apply" | "undo"): Promise<NamedRule | null> {
    const before = state.present
    state.pending = pending
    state.failed = ""
    try {
      state.present = await api.put<PolicyAnswer>(path, body, { idempotencyKey: requestId() })
      state.draft = copyOf(state.present)
      state.before = pending === "undo" ? null : before
      return state.present
    } catch (error) {
      state.failed = sentenceOf(error as ApiError)
      return null
    } finally {
      state.pending = null
    }
  }

  /** A ready-made rule goes by its name, so that it keeps it. */
  function bodyOf(rule: Rule): unknown {
    const preset = presetLike(rule, state.present?.presets ?? [])
    return preset ? { name: preset.name } : ruleOf(rule)
  }

  async function compare(wish: Wish): Promise<void> {
    if (!state.draft) return
    const body: Record<string, unknown> = {}
    if (wish.booked !== null) body.booked = wish.booked / 100
    if (wish.source === "drawn") body.load = wish.load / 100
    if (changed.value && !presetLike(state.draft, state.present?.presets ?? [])) body.candidate = ruleOf(state.draft)
    state.pending = "compare"
    state.notCompared = ""
    try {
      state.comparison = await api.post<Comparison>(`${path}/compare`, body, { timeoutMs: PATIENCE_MS })
      state.compared = wish
    } catch (error) {
      state.notCompared = sentenceOf(error as ApiError)
    } finally {
      state.pending = null
    }
  }

  return {
    state,
    changed,
    wrong,
    load,
    edit,
    compare,
    apply: async () => (state.draft ? put(bodyOf(state.draft), "apply") : null),
    undo: async () => (state.before ? put(bodyOf(state.before), "undo") : null),
  }
}
