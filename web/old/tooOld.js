/*
 * Every page loads this before its own script: it says in both languages, and with a way out, that this browser is too
 * old for the page, or that the page was not loaded whole, where otherwise nothing at all would be seen.
 * ES5: browsers of 2010 read it. The display needs Chrome 53, all other pages Chrome 69, Firefox 62 or Safari 12.
 */
;(function (page, document) {
  "use strict"

  var AGAIN_MS = 10000
  var path = page.location.pathname
  var isDisplay = /^\/display/.test(path)
  var shown = false
  var BOARD = {
    href: "/display/basic" + (isDisplay ? page.location.search : ""),
    text: "大厅屏幕（简版） The hall's board"
  }

  var OLD = ["这个浏览器版本太旧，无法显示本页面。", "This browser is too old for this page."]
  var PARTLY = ["页面没有完整载入，10 秒后重试。", "The page was not loaded whole; it is tried again in 10 seconds."]
  var NEWER = [
    "请用 Chrome 69、Edge 79、Firefox 62 或 Safari 12 及更新的版本打开；360、UOS 等浏览器请切换到“极速模式”。",
    "Open it in Chrome 69, Edge 79, Firefox 62, Safari 12 or newer; in browsers with two modes choose the fast one, not “compatible”."
  ]
  var WAYS = [
    [
      /^\/(t|a)(\/|$)/,
      "您的号码或预约仍然有效：请留意大厅的屏幕和广播，或到服务台询问。",
      "Your number or appointment stays valid: follow the hall's screen and voice, or ask at the reception."
    ],
    [/^\/book/, "也可以到服务台或打电话预约。", "You can also book at the reception or by telephone."],
    [/^\/kiosk/, "请到服务台取号。", "Please take your number at the reception."],
    [/^\/display/, "5 秒后打开简版屏幕。", "The simple board opens in 5 seconds."],
    [
      /./,
      "也可以在终端里使用 hallcall counter，或请管理员安装新的浏览器。",
      "The terminal's “hallcall counter” works too; or ask the administrator to install a newer browser."
    ]
  ]

  function way() {
    for (var i = 0; i < WAYS.length; i++) if (WAYS[i][0].test(path)) return [WAYS[i][1], WAYS[i][2]]
  }

  /** Whether the page's script can run here: by what it uses, not by the browser's name. */
  function canRun() {
    if (!page.Proxy || !page.Promise || !Array.prototype.includes) return false
    return (
      isDisplay ||
      ("noModule" in document.createElement("script") &&
        !!Array.prototype.flatMap &&
        !!page.Promise.prototype["finally"])
    )
  }

  function line(parent, tag, text, size) {
    var made = document.createElement(tag)
    made.appendChild(document.createTextNode(text))
    made.style.cssText = "margin:0 0 .6em;font-size:" + size + ";line-height:1.4"
    parent.appendChild(made)
    return made
  }

  function isEmpty() {
    var place = document.getElementById("app") || document.getElementById("page")
    return !place || !place.firstChild
  }

  function say(sentences) {
    if (shown || !isEmpty()) return
    shown = true
    var box = document.createElement("div")
    box.id = "too-old"
    box.setAttribute("role", "alert")
    box.style.cssText =
      "max-width:40em;margin:0 auto;padding:2em 1.2em;background:#fff;color:#10233b;font-family:'Microsoft YaHei','PingFang SC','Noto Sans SC',sans-serif;text-align:left"
    for (var i = 0; i < sentences.length; i++) {
      line(box, i ? "p" : "h1", sentences[i][0], i ? "1.1em" : "1.5em").lang = "zh-CN"
      line(box, "p", sentences[i][1], i ? "1em" : "1.2em").lang = "en"
    }
    var link = line(line(box, "p", "", "1.1em"), "a", BOARD.text, "1em")
    link.href = BOARD.href
    link.style.color = "#0b57b7"
    document.body.insertBefore(box, document.body.firstChild)
  }

  function whenRead(action) {
    if (document.body && document.readyState !== "loading") action()
    else document.addEventListener("DOMContentLoaded", action)
  }

  function tooOld() {
    whenRead(function () {
      say([OLD, way(), NEWER])
      if (shown && isDisplay)
        page.setTimeout(function () {
          page.location.replace(BOARD.href)
        }, 5000)
    })
  }

  /** A part of the page that did not come: the server or the network was away for a moment. */
  function partly() {
    whenRead(function () {
      if (!isEmpty()) return
      say([PARTLY, way()])
      page.setTimeout(function () {
        page.location.reload()
      }, AGAIN_MS)
    })
  }

  if (!document.addEventListener) {
    page.onload = function () {
      say([OLD, way(), NEWER])
    }
  } else if (!canRun()) {
    tooOld()
  } else {
    page.addEventListener(
      "error",
      function (event) {
        if (event.target && event.target.tagName === "SCRIPT") partly()
        else if (/\/assets\//.test(event.filename || "")) tooOld()
      },
      true
    )
  }
})(window, document)
