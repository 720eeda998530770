/** The ticket this phone took or looked at last, so that /t leads back to it. Nothing is kept where storage is off. */
const STORED = "hallcall.visitor.ticket"

export interface KeptTicket {
  token: string
  number: string
}

export function keepTicket(ticket: KeptTicket): void {
  try {
    localStorage.setItem(STORED, JSON.stringify({ token: ticket.token, number: ticket.number }))
  } catch {
    /* private browsing: the link stays in the history */
  }
}

export function keptTicket(): KeptTicket | null {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "null") as Partial<KeptTicket> | null
    return kept?.token && kept.number ? { token: kept.token, number: kept.number } : null
  } catch {
    return null
  }
}

/** Nothing when another ticket is kept. */
export function forgetTicket(token: string): void {
  try {
    if (keptTicket()?.token === token) localStorage.removeItem(STORED)
  } catch {
    /* nothing was kept */
  }
}
