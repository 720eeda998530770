/** All that the machine may ever say is fetched at the start, and the names of the hall as soon as they are known. */
import { fetchLetters } from "../../web/letters"
import type { Hall } from "../../web/types"
import { everySentence } from "./sentences"

export const loadLetters = (said: string = everySentence()): void => fetchLetters(said)

/** The letters of what the hall offers: its own name, its groups and services, who comes first. */
export const lettersOf = ({ name, groups, services, statuses }: Hall): string =>
  [...new Set(JSON.stringify([name, groups, services.map((one) => one.name), statuses]))].join("")
