/** REST under /api/v1: JSON in and out, the error envelope as a typed error, the CSRF token of a signed-in person. */
import { added, locale } from "./i18n"
import type { Failure } from "./types"

/** An answer that is not 2xx, or none at all (`code` `offline`, `status` 0). */
export class ApiError extends Error implements Failure {
  constructor(
    readonly code: string,
    readonly params: Record<string, unknown>,
    message: string,
    readonly status: number,
  ) {
    super(message)
    this.name = "ApiError"
  }
}

export interface CallOptions {
  /** A device's or program's token instead of the session cookie. */
  token?: string | null
  /** As a visitor, even in a browser where somebody of the staff is signed in. */
  anonymous?: boolean
  /** The same key gives the same answer and does nothing twice. */
  idempotencyKey?: string
  timeoutMs?: number
}

/** An answer to a question that is asked again and again; `body` null: as it was when the asker was given this `tag`. */
export interface Polled<T> {
  body: T | null
  tag: string | null
}

let csrfToken: string | null = null

/** Keep the token that POST /login and GET /me hand out; changing requests carry it from then on. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token
}

export const api = {
  get: <T>(path: string, options?: CallOptions): Promise<T> => call<T>("GET", path, undefined, options),
  /** `tag`: of the answer that the asker still has; then nothing is sent unless there is something new. */
  poll: <T>(path: string, tag: string | null, options?: CallOptions): Promise<Polled<T>> => poll<T>(path, tag, options),
  post: <T>(path: string, body: unknown = {}, options?: CallOptions): Promise<T> =>
    call<T>("POST", path, body, options),
  put: <T>(path: string, body: unknown, options?: CallOptions): Promise<T> => call<T>("PUT", path, body, options),
  patch: <T>(path: string, body: unknown, options?: CallOptions): Promise<T> => call<T>("PATCH", path, body, options),
  delete: <T>(path: string, options?: CallOptions): Promise<T> => call<T>("DELETE", path, undefined, options),
}

async function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  return read<T>(await ask(method, path, body, options))
}

async function poll<T>(path: string, tag: string | null, options: CallOptions = {}): Promise<Polled<T>> {
  const response = await ask("GET", path, undefined, options, tag)
  return { body: response.status === 304 ? null : await read<T>(response), tag: response.headers.get("ETag") ?? tag }
}

async function ask(
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
  tag: string | null = null,
): Promise<Response> {
  const known: Record<string, string> = tag === null ? {} : { "If-None-Match": tag }
  try {
    return await inTime(
      options.timeoutMs ?? 10_000,
      fetch(`/api/v1${path}`, {
        method,
        credentials: options.anonymous ? "omit" : "same-origin",
        cache: "no-store",
        headers: { ...headers(method, body, options), ...known },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    )
  } catch {
    throw new ApiError("offline", {}, "", 0)
  }
}

function headers(method: string, body: unknown, options: CallOptions): Record<string, string> {
  const all: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": added.value ? `${added.value.code}, ${locale.value}` : locale.value,
  }
  if (body !== undefined) all["Content-Type"] = "application/json"
  if (options.token) all.Authorization = `Bearer ${options.token}`
  else if (method !== "GET" && csrfToken && !options.anonymous) all["X-CSRF-Token"] = csrfToken
  if (options.idempotencyKey) all["Idempotency-Key"] = options.idempotencyKey
  return all
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && body !== null) return body as T
  const error = (body as { error?: Failure } | null)?.error
  if (error?.code) throw new ApiError(error.code, error.params ?? {}, error.message ?? "", response.status)
  throw new ApiError("bad_answer", { status: response.status }, "", response.status)
}

function inTime<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("timeout")), ms)
    promise.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/** 128 random bits as hex; works without a secure context, where crypto.randomUUID does not exist. */
export function requestId(): string {
  const bytes = new Uint8Array(16)
  if (typeof crypto === "object" && crypto.getRandomValues) crypto.getRandomValues(bytes)
  else for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.floor(Math.random() * 256)
  return Array.prototype.map.call(bytes, (byte: number) => (256 + byte).toString(16).slice(1)).join("")
}
