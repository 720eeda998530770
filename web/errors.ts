/** What went wrong, as a sentence that says what to do, in the page's language; the server's own words for a code unknown here. */
import { createI18n, locale } from "./i18n"
import type { Failure } from "./types"

/** What visitors may read too, so that a hall can add it in another language. */
const messages = createI18n(
  {
    "zh-CN": {
      offline: "连不上服务器，操作没有发出。请检查网络，连上后再试。",
      no_answer: "服务器没有回应，不能确定是否成功。请看一下当前状态再操作。",
      bad_answer: "服务器的回应看不懂。请再试一次；如果还不行，请告诉管理员。",
      channel_closed: "这里暂不取号。",
      unknown_hall: "没有这个大厅。",
      unknown_ticket: "没有找到这个号。",
      unknown_number: "没有找到 {number} 号。",
      wrong_state: "{number} 现在的状态不能这样操作，可能刚被别人处理过。",
      hall_closed: "大厅现在不开放。",
      service_closed: "这项业务现在不受理。",
      invalid: "填写的内容不对，请改正后再试。",
      invalidBecause: "{field}不对：{reason}。",
      unknown_service: "没有这项业务。",
      too_many: "操作太快，请等 {retry_s} 秒再试。",
      starting: "服务器正在启动，请稍等几秒再试。",
      stopping: "服务器正在重启，请稍等几秒再试。",
    },
    en: {
      offline: "The server cannot be reached; nothing was sent. Check the network and try again.",
      no_answer: "The server did not answer, so it is not certain what happened. Look at the ticket before you go on.",
      bad_answer: "The server gave an answer that makes no sense. Try again; if it stays, tell the administrator.",
      channel_closed: "No tickets are given out here at the moment.",
      unknown_hall: "There is no such hall.",
      unknown_ticket: "No such ticket was found.",
      unknown_number: "Ticket {number} was not found.",
      wrong_state: "{number} is not in a state for this; someone may just have dealt with it.",
      hall_closed: "The hall is closed now.",
      service_closed: "This service is closed now.",
      invalid: "Something was filled in wrongly ({field}). Correct it and try again.",
      invalidBecause: "That does not fit: {reason}.",
      unknown_service: "There is no such service.",
      too_many: "Too fast. Wait {retry_s} {retry_s:second|seconds} and try again.",
      starting: "The server is starting. Try again in a few seconds.",
      stopping: "The server is restarting. Try again in a few seconds.",
    },
  },
  "errors",
)

/** What staff alone read. */
const ofStaff = createI18n({
  "zh-CN": {
    not_signed_in: "登录已失效，请重新登录。",
    bad_login: "用户名或密码不对。",
    bad_token: "这台设备的授权已失效，请重新配对。",
    forbidden: "您没有权限做这件事。",
    csrf: "页面已过期，请刷新后再试。",
    not_your_counter: "这个窗口现在不是由您值守。",
    unknown_counter: "没有这个窗口。",
    nobody_waiting: "现在没有人等候。",
    nothing_for_you: "您的窗口暂无可叫的号；其他业务还有 {waiting} 人等候。",
    not_here_yet: "{number} 已呼叫、还没有到：请先按“开始办理”或“未到”。",
    ticket_open: "{number} 还没有办结，请先办结再叫下一位。",
    no_ticket: "窗口现在没有正在办理的号。",
    not_here: "{number} 接下来没有本窗口可办的业务。",
    called_just_now: "{number} 刚刚被 {counter} 号窗口叫走。",
    called_elsewhere: "{number} 已被 {counter} 号窗口叫走（{seconds} 秒前）。",
    counter_taken: "这个窗口由 {clerk} 值守。",
    counter_closed: "窗口还没有上岗，请先上岗。",
    counter_paused: "窗口已暂停，请先恢复再叫号。",
    recall_too_soon: "刚刚呼叫过，请等 {seconds} 秒再重呼。",
    recall_limit: "重呼次数已用完，可以按“未到”。",
    nothing_to_undo: "没有可以撤销的操作。",
    undo_conflict: "之后又有了变化，已不能撤销。",
    undo_expired: "时间已过，不能撤销了。",
    pairing_expired: "配对码已过期，请换一个。",
    already_confirmed: "这个配对码已经用过。",
    same_place: "这个号已经在那里了，请选别的窗口或业务。",
  },
  en: {
    not_signed_in: "You are no longer signed in. Please sign in again.",
    bad_login: "The user name or the password is wrong.",
    bad_token: "This device is no longer allowed. Please pair it again.",
    forbidden: "You have no right to do this.",
    csrf: "This page is out of date. Reload it and try again.",
    not_your_counter: "You are not the one on duty at this counter.",
    unknown_counter: "There is no such counter.",
    nobody_waiting: "Nobody is waiting.",
    nothing_for_you:
      "Nobody is waiting for your counter; {waiting} {waiting:person waits|people wait} for other services.",
    not_here_yet: "{number} was called and is not here yet. Start it, or mark it as not here.",
    ticket_open: "{number} is not completed yet. Complete it before you call the next.",
    no_ticket: "There is no ticket at this counter.",
    not_here: "Nothing that {number} still needs is served at this counter.",
    called_just_now: "{number} was called by counter {counter} just now.",
    called_elsewhere: "{number} was called by counter {counter} {seconds} {seconds:second|seconds} ago.",
    counter_taken: "{clerk} is on duty at this counter.",
    counter_closed: "Nobody is signed on here. Sign on first.",
    counter_paused: "The counter is paused. Resume before you call.",
    recall_too_soon: "Called a moment ago. Wait {seconds} {seconds:second|seconds} before the next recall.",
    recall_limit: "The limit of recalls is reached. You may press no-show.",
    nothing_to_undo: "There is nothing to undo.",
    undo_conflict: "Something changed since; it cannot be undone any more.",
    undo_expired: "Too much time has passed; it cannot be undone any more.",
    pairing_expired: "The pairing code has expired. Ask for another.",
    already_confirmed: "This pairing code was used already.",
    same_place: "The ticket is there already. Choose another counter or service.",
  },
})

/** The sentence for a failed answer or a caught ApiError. */
export function errorSentence(error: Failure): string {
  const params = error.params ?? {}
  const code = exactly(error.code, params)
  // What the server says in both languages was written for people; the field's name in the interface was not.
  if (code === "invalid" && typeof params.reason_zh === "string") {
    const field = typeof params.field_zh === "string" ? params.field_zh : "填写的内容"
    return messages.t("invalidBecause", {
      field,
      reason: locale.value === "en" ? String(params.reason) : params.reason_zh,
    })
  }
  const of = messages.has(code) ? messages : ofStaff.has(code) ? ofStaff : null
  if (of === null) return error.message || error.code
  const sentence = of.t as (key: string, params: Record<string, unknown>) => string
  return sentence(code, { ...params, waiting: params.waiting ?? params.others })
}

/** Where one code has two faces: nobody at all or nobody for this counter, seconds ago or this very moment, a number or a link. */
function exactly(code: string, params: Record<string, unknown>): string {
  if (code === "nobody_waiting" && Number(params.others) > 0) return "nothing_for_you"
  if (code === "called_elsewhere" && params.seconds === 0) return "called_just_now"
  if (code === "unknown_ticket" && typeof params.number === "string") return "unknown_number"
  return code
}
