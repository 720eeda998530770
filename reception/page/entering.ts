/** Before the desk: who is signed in, and in which hall. */
import { api, type ApiError, setCsrfToken } from "../../web/api"
import type { Named, User } from "../../web/types"

export interface Entered {
  user: User
  halls: Named[]
}

/** Who asks; null when nobody is signed in (the page then goes to the sign-in). Raises ApiError otherwise. */
export async function enter(): Promise<Entered | null> {
  try {
    const me = await api.get<{ user: User; csrf_token: string }>("/me")
    setCsrfToken(me.csrf_token)
    const { halls } = await api.get<{ halls: Named[] }>("/halls")
    const own = me.user.halls
    return { user: me.user, halls: own.length ? halls.filter((hall) => own.includes(hall.code)) : halls }
  } catch (error) {
    if ((error as ApiError).status === 401) return null
    throw error
  }
}

/** The hall of the address, or the only one; null when there is a choice. */
export function hallAsked(halls: Named[]): string | null {
  const asked = new URLSearchParams(location.search).get("hall")
  return (halls.find((hall) => hall.code === asked) ?? (halls.length === 1 ? halls[0] : undefined))?.code ?? null
}

export const signInAddress = (): string => `/login?next=${encodeURIComponent(location.pathname + location.search)}`
