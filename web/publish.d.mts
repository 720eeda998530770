type Move = (from: string, to: string) => void

export function filesOf(folder: string): string[]
export function moveInto(from: string, to: string, move?: Move): void
export function publish(from: string, to: string, options: { whole: boolean; move?: Move }): void
