/**
 * One press for each screen: the second one of a bounced or double touch would answer a question that nobody has read.
 * What stays on its screen, such as turning pages, may be pressed as fast as one likes.
 */
export function onePress(screen: () => string): (press: MouseEvent) => void {
  let begunOn = screen()
  return (press) => {
    if (press.detail <= 1) begunOn = screen()
    else if (screen() !== begunOn) press.stopPropagation()
  }
}
