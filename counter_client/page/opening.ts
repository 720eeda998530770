/** Before the console: who is signed in, and in which hall. */
import { api, ApiError, setCsrfToken } from "../../web/api"
import type { Text, User } from "../../web/types"

export interface HallChoice {
  code: string
  name: Text
}
export interface Opened {
  user: User
  /** The halls where this clerk may work. */
  halls: HallChoice[]
  /** The one of the address (?hall=), or the only one; null when there is a choice. */
  hall: string | null
}

/** Who and where. Without a signed-in person the browser goes to the sign-in page and this never answers. */
export async function openConsole(): Promise<Opened> {
  let me: { user: User; csrf_token: string }
  try {
    me = await api.get("/me")
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return goToLogin()
    throw error
  }
  setCsrfToken(me.csrf_token)
  const all = await api.get<HallChoice[] | { halls: HallChoice[] }>("/halls")
  const list = Array.isArray(all) ? all : all.halls
  const mine = me.user.halls.length ? list.filter((hall) => me.user.halls.includes(hall.code)) : list
  const asked = new URLSearchParams(location.search).get("hall")
  const hall = mine.find((one) => one.code === asked)?.code ?? (mine.length === 1 ? (mine[0]?.code ?? null) : null)
  return { user: me.user, halls: mine, hall }
}

/** To the sign-in page, and back here afterwards. */
export function goToLogin(): Promise<never> {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
  return new Promise(() => undefined)
}

export async function signOut(): Promise<void> {
  await api.post("/logout").catch(() => undefined)
  await goToLogin()
}
