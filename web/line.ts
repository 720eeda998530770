/** The line to the server: a Socket.IO connection by websocket, and commands that are sent once and answered once. */
import { io } from "socket.io-client"
import { requestId } from "./api"
import type { Answer, Refused } from "./types"

export type Namespace = "/display" | "/kiosk" | "/announcer" | "/counter" | "/supervisor" | "/visitor"
export type Credentials = () => Record<string, unknown>

/** The part of a Socket.IO client that the store uses. */
export interface LiveSocket {
  connected: boolean
  // The messages have as many shapes as the protocol has names; their readers give them a type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(name: string, handler: (...args: any[]) => void): unknown
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  off(name: string, handler: (...args: any[]) => void): unknown
  emit(name: string, ...args: unknown[]): unknown
  connect(): unknown
  disconnect(): unknown
}

export interface SendOptions {
  timeoutMs?: number
  /** Left out: a new one. Null: a question, which needs none. */
  requestId?: string | null
}

export type Send = <T = Record<string, unknown>>(
  command: string,
  payload?: Record<string, unknown>,
  options?: SendOptions,
) => Promise<Answer<T>>

export function connectSocket(namespace: Namespace, credentials: Credentials): LiveSocket {
  return io(namespace, {
    transports: ["websocket"],
    auth: (give) => give(credentials()),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    // A proxy that takes the connection and closes it before the handshake is noticed by this time alone.
    timeout: 6_000,
  })
}

/**
 * Commands over `socket`: never an exception, always an answer. While the line is down a command is refused with
 * `offline` instead of being kept for later, unless it `comesBack` in a moment as the server has said. One that was under
 * way when the line broke is sent again with the same `request_id` when it is back, so nothing happens twice; after
 * `timeoutMs` the answer is `no_answer`, or `offline` for one that was never sent.
 */
export function createSender(socket: LiveSocket, comesBack: () => boolean = () => false): Send {
  const underWay = new Set<() => void>()
  socket.on("connect", () => underWay.forEach((emit) => emit()))

  return <T>(command: string, payload: Record<string, unknown> = {}, options: SendOptions = {}): Promise<Answer<T>> => {
    if (!socket.connected && !comesBack()) return Promise.resolve(failure("offline"))
    const message = options.requestId === null ? payload : { request_id: options.requestId ?? requestId(), ...payload }
    return new Promise((resolve) => {
      let sent = false
      const emit = (): void => {
        sent = true
        socket.emit(command, message, done)
      }
      const timer = setTimeout(() => done(failure(sent ? "no_answer" : "offline")), options.timeoutMs ?? 8_000)
      function done(answer: Answer<T>): void {
        clearTimeout(timer)
        underWay.delete(emit)
        resolve(answer)
      }
      underWay.add(emit)
      if (socket.connected) emit()
    })
  }
}

function failure(code: string): Refused {
  return { ok: false, error: { code, params: {}, message: "" } }
}
