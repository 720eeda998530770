/** A long text in parts that are shown in turn, so that its letters stay large. Pure; for browsers of 2016 too. */

const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/
/** Where a text is best broken: after a sentence, after a part of one, after a word. */
const BREAKS = [/[。！？；!?;\n]$|[.]\s$/, /[，、：]$|[,:]\s$/, /\s$/]

/** How long a line a text makes, in widths of a Chinese character; a letter takes about half of one. */
export function lineLength(text: string): number {
  let length = 0
  for (const letter of text) length += WIDE.test(letter) ? 1 : 0.55
  return length
}

/** The text in as few parts as none is longer than `most`; the parts are about equally long. */
export function inParts(text: string, most: number): string[] {
  const whole = text.trim()
  const count = Math.ceil(lineLength(whole) / most)
  if (count <= 1) return [whole]
  const end = breakAfter(whole, lineLength(whole) / count, most)
  return [whole.slice(0, end).trim(), ...inParts(whole.slice(end), most)]
}

/** Where to break near a length of `wish`, before `most` is passed: at the best kind of place there is, else anywhere. */
function breakAfter(text: string, wish: number, most: number): number {
  const [first, near, last] = [indexAt(text, wish * 0.6), indexAt(text, wish), indexAt(text, most)]
  for (const kind of BREAKS) {
    let best = 0
    for (let end = Math.max(1, first); end <= last; end += 1) {
      if (kind.test(text.slice(Math.max(0, end - 2), end)) && Math.abs(end - near) < Math.abs(best - near)) best = end
    }
    if (best > 0) return best
  }
  return last
}

/** How many letters make a line of that length; at least one. */
function indexAt(text: string, length: number): number {
  let [at, made] = [0, 0]
  while (at < text.length && made + lineLength(text.charAt(at)) <= length) made += lineLength(text.charAt(at++))
  if (/[\ud800-\udbff]$/.test(text.slice(0, at))) at += 1 // a letter of two halves stays whole
  return Math.max(1, at)
}
