/** Where to go after signing in. */
import type { User } from "../types"

/**
 * The page of `?next=` when it is one of this server's own, else the one where a person of this role works. An address
 * of another host is never followed: a link to the sign-in page must not become a way to a copy of it.
 */
export function nextPage(search: string, role: User["role"]): string {
  const next = new URLSearchParams(search).get("next")
  if (next && /^\/(?![/\\])/.test(next) && new URL(next, location.origin).origin === location.origin) return next
  return role === "clerk" ? "/counter" : "/supervisor"
}
