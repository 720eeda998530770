/**
 * Pages stay alive when a browser translates them. A translator takes each piece of text out and puts elements of its own
 * in its place; what Vue then writes into the old piece nobody sees, and what it puts before it fails. So no text stands
 * beside other content: each piece gets an element of its own, whose content Vue sets as a whole.
 */
import { type NodeTransform, NodeTypes, type PlainElementNode, type TemplateChildNode } from "@vue/compiler-core"

/** The pages that a visitor has on a phone or touches, and what they share; screens show no translator. */
const PAGES = /\/(visitor|kiosk)\/page\/|\/web\/(components|home|login)\//
/** They hold plain text alone. */
const TEXT_ONLY = ["option", "textarea", "title", "script", "style"]
const PLAIN_ELEMENT = 0

const isText = (node: TemplateChildNode): boolean =>
  node.type === NodeTypes.TEXT || node.type === NodeTypes.INTERPOLATION
const isBlank = (node: TemplateChildNode): boolean => node.type === NodeTypes.TEXT && node.content.trim() === ""

/** To be given to the compiler of templates. */
export const translated: NodeTransform = (node, context) => {
  if (!PAGES.test(context.filename.replace(/\\/g, "/"))) return
  if (node.type === NodeTypes.ELEMENT && node.tagType === PLAIN_ELEMENT) {
    if (!TEXT_ONLY.includes(node.tag) && !node.children.every(isText)) node.children = wrapped(node.children)
  } else if (
    node.type === NodeTypes.ELEMENT ||
    node.type === NodeTypes.IF_BRANCH ||
    node.type === NodeTypes.FOR ||
    node.type === NodeTypes.ROOT
  ) {
    node.children = wrapped(node.children)
  }
}

/** Each run of text in a span; blanks between elements stay as they are. */
function wrapped(children: readonly TemplateChildNode[]): TemplateChildNode[] {
  const all: TemplateChildNode[] = []
  let run: TemplateChildNode[] = []
  const end = (): void => {
    all.push(...(run.every(isBlank) ? run : [spanOf(run)]))
    run = []
  }
  for (const child of children) {
    if (isText(child)) run.push(child)
    else {
      end()
      all.push(child)
    }
  }
  end()
  return all
}

function spanOf(children: TemplateChildNode[]): PlainElementNode {
  const { loc } = children[0]!
  return {
    type: NodeTypes.ELEMENT,
    ns: 0,
    tag: "span",
    tagType: PLAIN_ELEMENT,
    props: [],
    children,
    loc,
    codegenNode: undefined,
  }
}
