/**
 * The other half of vite.translated.ts: a translator may have put something between a node and its parent. What is to stand
 * before such a node then stands before what holds it now; where nothing holds it any more, at the end.
 */
export function surviveTranslators(): void {
  const insert = Node.prototype.insertBefore
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    let there = before
    while (there !== null && there.parentNode !== this) there = there.parentNode
    return insert.call(this, node, there) as T
  }
}
