/** How tiles share a box: as few empty places as there can be, each tile about as wide as a hand is long. Pure. */

export interface Grid {
  columns: number
  rows: number
}

const SHAPE = 1.7

/** `tall`: the box is higher than wide; `wide`: its width by its height. */
export function gridOf(count: number, { tall, wide }: { tall: boolean; wide: number }): Grid {
  if (tall && count <= 3) return { columns: 1, rows: Math.max(1, Math.min(3, count)) }
  const columns = tall ? [2] : [1, 2, 3, 4, 5]
  const grids = columns
    .filter((one) => one <= count || one === 1 || tall)
    .map((one) => ({ columns: one, rows: Math.max(1, Math.ceil(count / one)) }))
  const cost = ({ columns: across, rows }: Grid): number =>
    (across * rows - count) * 0.35 + Math.abs(Math.log((wide * rows) / across / SHAPE))
  return grids.reduce((best, one) => (cost(one) < cost(best) ? one : best))
}

/** How many tiles a page holds: twelve, fewer in large letters, beside keys, or in the lower half of a tall screen; `narrow`: a small screen. */
export function placesOf({
  tall,
  large,
  low,
  keys,
  narrow = false,
}: {
  tall: boolean
  large: boolean
  low: boolean
  keys: boolean
  narrow?: boolean
}): number {
  if (large && keys) return (tall && low) || narrow ? 2 : 3
  if (large) return low && tall ? 3 : 4
  if (low && tall) return keys ? 6 : 10
  if (keys) return narrow ? 4 : 8
  return 12
}
