/**
 * A network that lets requests through and stops websockets: found out within 20 s, and said at the foot of the page in
 * both languages, in words that the network's administrator needs. For Chrome 53 on.
 */
/** The server answers for so long and no socket comes through; one that comes back has several tries in that time. */
const AFTER_MS = 10_000
const EVERY_MS = 4_000
const ANSWER_MS = 3_500
/** Too many sockets of one address: the server itself says no. */
const TOO_MANY = 429

export interface NetworkWatch {
  /** Look, once a second. */
  tick(): void
  /** The server itself has said no to this connection: its word came through. */
  heard(): void
  stop(): void
}

export interface NetworkOptions {
  isConnected: () => boolean
  /** For tests: whether the server answers requests. */
  answers?: () => Promise<boolean>
}

export function watchNetwork({ isConnected, answers = serverAnswers }: NetworkOptions): NetworkWatch {
  let answersSince: number | null = null // of this time apart
  let askedAt = Date.now()
  let stopped = false

  function tick(): void {
    const now = Date.now()
    if (isConnected()) heard()
    else if (now - askedAt >= EVERY_MS) void ask(now)
  }

  async function ask(now: number): Promise<void> {
    askedAt = now
    const answered = await answers()
    if (stopped || askedAt !== now) return
    if (!answered || isConnected()) return forget()
    answersSince ??= now
    if (now - answersSince >= AFTER_MS) show()
  }

  function heard(): void {
    askedAt = Date.now() // a socket that was lost just now has its time to come back
    forget()
  }

  function forget(): void {
    answersSince = null
    hide()
  }

  return {
    tick,
    heard,
    stop: () => {
      stopped = true
      hide()
    },
  }
}

async function serverAnswers(): Promise<boolean> {
  try {
    const [alive, sockets] = await Promise.race([
      Promise.all([
        fetch("/healthz", { cache: "no-store" }),
        fetch("/socket.io/?EIO=4&transport=websocket", { cache: "no-store" }),
      ]),
      new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error("silent")), ANSWER_MS)),
    ])
    return alive.ok && sockets.status !== TOO_MANY
  } catch {
    return false
  }
}

const ID = "network-stops-websockets"

function show(): void {
  if (document.getElementById(ID)) return
  const [zh, en] = sentences(location)
  const strip = document.createElement("div")
  strip.id = ID
  strip.setAttribute("role", "alert")
  strip.style.cssText =
    "position:fixed;left:0;right:0;bottom:0;z-index:1000;padding:12px 20px;background:#ffb020;color:#1b1600;text-align:center;line-height:1.4"
  for (const [language, text, size] of [
    ["zh-CN", zh, "18px"],
    ["en", en, "15px"],
  ] as const) {
    const line = document.createElement("p")
    line.lang = language
    line.textContent = text
    line.style.cssText = `margin:0 0 4px;font-size:${size};overflow-wrap:break-word`
    strip.appendChild(line)
  }
  document.body.appendChild(strip)
}

function hide(): void {
  const strip = document.getElementById(ID)
  strip?.parentNode?.removeChild(strip)
}

/** What the network stops, what to ask for, and what works until then. */
export function sentences({
  origin,
  pathname,
  protocol,
}: Pick<Location, "origin" | "pathname" | "protocol">): [string, string] {
  const place = `${origin}/socket.io/`
  const [zh, en] = meanwhile(pathname)
  const https = protocol === "http:"
  return [
    `本网络不允许 WebSocket，页面无法与服务器实时连接。请网络管理员在代理、防火墙或安全网关上对 ${place} 放行 WebSocket（HTTP Upgrade）${https ? "；改用 HTTPS 地址通常也可通过" : ""}。${zh}`,
    `This network stops websockets, so this page has no live connection. Ask the network's administrator to let websockets (HTTP Upgrade) pass to ${place} in the proxy, firewall or security gateway${https ? "; an HTTPS address often passes as well" : ""}. ${en}`,
  ]
}

function meanwhile(path: string): [string, string] {
  if (/^\/display/.test(path))
    return ["此前可使用简版屏幕：/display/basic。", "Until then the simple board works: /display/basic."]
  if (/^\/kiosk/.test(path)) return ["此前请到服务台取号。", "Until then please take your number at the reception."]
  return ["此前请在别的网络打开本页面。", "Until then open this page in another network."]
}
