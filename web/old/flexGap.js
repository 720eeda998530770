/*
 * The gap of flex boxes where the browser has none (below Chrome 84, Firefox 63, Safari 14.1): margins between the
 * children, set anew when the page changes. Younger browsers leave at the first line. ES5.
 */
;(function (page, document) {
  "use strict"

  if (!page.MutationObserver || !page.WeakMap || !document.addEventListener) return
  var own = new page.WeakMap() // element -> the margins that were set here
  var waits = false

  function hasGap() {
    var box = document.createElement("div")
    box.style.cssText = "display:flex;flex-direction:column;row-gap:1px;position:absolute"
    box.appendChild(document.createElement("i"))
    box.appendChild(document.createElement("i"))
    document.body.appendChild(box)
    var has = box.scrollHeight === 1
    document.body.removeChild(box)
    return has
  }

  function isAuto(element, side) {
    var map = element.computedStyleMap && element.computedStyleMap()
    return !!map && String(map.get(side)) === "auto"
  }

  function put(element, side, gap) {
    var before = own.get(element) || {}
    if (before[side] === gap || isAuto(element, side)) return
    var margin =
      before[side] === undefined
        ? parseFloat(page.getComputedStyle(element).getPropertyValue(side)) || 0
        : before.margins[side]
    before.margins = before.margins || {}
    before.margins[side] = margin
    before[side] = gap
    own.set(element, before)
    element.style.setProperty(side, margin + gap + "px")
  }

  function clear(element) {
    var before = own.get(element)
    if (!before) return
    for (var side in before.margins) element.style.removeProperty(side)
    own["delete"](element)
  }

  /** The boxes that stand in line: elements that are seen, and text beside them. */
  function items(box) {
    var found = []
    for (var node = box.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 3) {
        if (/\S/.test(node.nodeValue)) found.push(node)
      } else if (node.nodeType === 1) {
        var style = page.getComputedStyle(node)
        if (style.display !== "none" && style.position !== "absolute" && style.position !== "fixed") found.push(node)
        else clear(node)
      }
    }
    return found
  }

  function between(line, side, other, gap) {
    for (var i = 1; i < line.length; i++) {
      if (line[i].nodeType === 1) put(line[i], side, gap)
      else if (line[i - 1].nodeType === 1) put(line[i - 1], other, gap)
    }
  }

  /** Boxes that go on in further lines: a gap behind each, and one above each that is not in the first line. */
  function wrapped(line, across, down) {
    for (var i = 0; i + 1 < line.length; i++) if (line[i].nodeType === 1) put(line[i], "margin-right", across)
    var below = false
    for (var j = 1; j < line.length; j++) {
      if (line[j].nodeType !== 1 || line[j - 1].nodeType !== 1) continue
      below = below || line[j].offsetLeft <= line[j - 1].offsetLeft
      if (below) put(line[j], "margin-top", down)
    }
  }

  function space(box, style) {
    var across = parseFloat(style.columnGap) || 0
    var down = parseFloat(style.rowGap) || 0
    if (!across && !down) return
    var line = items(box)
    for (var i = 0; i < line.length; i++) if (line[i].nodeType === 1) clear(line[i])
    if (/^column/.test(style.flexDirection)) between(line, "margin-top", "margin-bottom", down)
    else if (style.flexWrap !== "nowrap") wrapped(line, across, down)
    else between(line, "margin-left", "margin-right", across)
  }

  function spaceAll() {
    waits = false
    var all = document.body.getElementsByTagName("*")
    for (var i = 0; i < all.length; i++) {
      var style = page.getComputedStyle(all[i])
      if (style.display === "flex" || style.display === "inline-flex") space(all[i], style)
      else for (var child = all[i].firstElementChild; child; child = child.nextElementSibling) clear(child)
    }
    watcher.takeRecords() // what was just set is no news
  }

  function soon() {
    if (waits) return
    waits = true
    page.requestAnimationFrame(spaceAll)
  }

  var watcher = new page.MutationObserver(soon)

  document.addEventListener("DOMContentLoaded", function () {
    if (hasGap()) return
    watcher.observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["class", "style", "hidden"]
    })
    page.addEventListener("resize", soon)
    soon()
  })
})(window, document)
