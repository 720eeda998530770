/** One of several reasons that a dialog offers: what is sent, what is read, and a smaller line. */
export interface Choice {
  value: string
  label: string
  detail: string
}
