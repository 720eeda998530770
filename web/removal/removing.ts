/** Taking numbers out of the queue over REST. */
import { api } from "../api"

/** Whom a removal meets, or met: numbers taken out, and those that stay with the state they are in. */
export interface Removal {
  removed: string[]
  skipped: { number: string; state: string }[]
}

/** Of `numbers`, and of all that wait for `services`; with `check` it only answers whom it would meet. */
export interface RemovalWish {
  numbers: string[]
  services: string[]
  reason: string
  check: boolean
}

/** May raise ApiError. */
export const removing = {
  remove: (hall: string, what: RemovalWish, key: string): Promise<Removal> =>
    api.post<Removal>(`/halls/${encodeURIComponent(hall)}/tickets/remove`, what, { idempotencyKey: key }),
}
