/** Before the live view: who is signed in, whether they may look, and at which hall. */
import { api, setCsrfToken, type ApiError } from "../../web/api"
import type { Named, User } from "../../web/types"

export interface Entered {
  user: User
  /** The halls this person supervises. */
  halls: Named[]
}

/** A clerk is told so instead of seeing an empty page. */
export const maySupervise = (user: User): boolean => user.role === "supervisor" || user.role === "admin"

/** Who asks; null when nobody is signed in (the page then goes to the sign-in). Raises ApiError otherwise. */
export async function enter(): Promise<Entered | null> {
  try {
    const me = await api.get<{ user: User; csrf_token: string }>("/me")
    setCsrfToken(me.csrf_token)
    const { halls } = await api.get<{ halls: Named[] }>("/halls")
    const own = me.user.halls
    return { user: me.user, halls: own.length ? halls.filter((hall) => own.indexOf(hall.code) >= 0) : halls }
  } catch (error) {
    if ((error as ApiError).status === 401) return null
    throw error
  }
}

/** The hall of the address, or the only one; null when there is a choice. */
export function hallAsked(halls: Named[]): string | null {
  const asked = new URLSearchParams(location.search).get("hall")
  const found = halls.find((hall) => hall.code === asked)
  return (found ?? (halls.length === 1 ? halls[0] : undefined))?.code ?? null
}

export function signInAddress(): string {
  return `/login?next=${encodeURIComponent(location.pathname + location.search)}`
}

/** Keep the hall, and drop a pairing code that was dealt with, in the address. */
export function noteAddress({ hall, pair }: { hall: string; pair?: null }): void {
  const query = new URLSearchParams(location.search)
  query.set("hall", hall)
  if (pair === null) {
    query.delete("pair")
    query.delete("kind")
  }
  history.replaceState(history.state, "", `${location.pathname}?${query}`)
}
