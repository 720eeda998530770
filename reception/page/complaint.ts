/** What went wrong stands until something succeeds: an old refusal beside a done deed would be believed. */
import type { ApiError } from "../../web/api"
import { errorSentence } from "../../web/errors"
import { dismiss, toast } from "../../web/toasts"

let last = 0

export function complain(error: unknown): void {
  last = toast("error", errorSentence(error as ApiError))
}

export const putRight = (): void => dismiss(last)
