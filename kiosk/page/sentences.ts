/** What the machine says, always in both languages: `both("take", {...})` is `{zh, en}`. */
import { createI18n } from "../../web/i18n"
import { clock, roundOut } from "../../web/time"
import type { Range, Text } from "../../web/types"

export interface Both {
  zh: string
  en: string
}

const WORDS = {
  "zh-CN": {
    choose: "请选择要办的业务",
    chooseIn: "{group}：请选择业务",
    back: "返回",
    next: "下一页",
    previous: "上一页",
    page: "第 {page}/{pages} 页",
    waiting: "等候 {n} 人",
    nobodyWaiting: "无人等候",
    range: "约 {low}–{high} 分钟",
    under: "不到 {high} 分钟",
    services: "{n} 项业务",
    closedService: "暂停受理",
    usedUpService: "今日号已取完",
    endedService: "今日已停止取号",
    statusTitle: "您需要优先服务吗？",
    statusHint: "取号后请备好证件，窗口会查看。",
    statusNone: "不需要，直接取号",
    taking: "正在取号，请稍候……",
    yourNumber: "您的号码",
    ahead: "前面还有 {n} 位",
    nobodyYet: "前面没有人",
    nobodyAhead: "前面没有人，请留意叫号",
    wait: "预计等候 {low}–{high} 分钟",
    waitUnder: "预计等候不到 {high} 分钟",
    unmanned: "还没有开放的窗口，开放后依次叫号",
    counters: "办理窗口：{counters}",
    scan: "扫码，用手机看进度",
    printing: "正在打印小票……",
    printed: "请取走小票",
    noPrinter: "请扫码，或记下号码",
    printSlow: "打印机没有回应，请扫码或记下号码",
    paperOut: "打印纸用完了，请扫码或记下号码",
    printFailed: "打印机故障，请扫码或记下号码",
    done: "完成",
    longer: "多看一会儿",
    homeIn: "{n} 秒后返回首页",
    still: "您还在吗？",
    stillHint: "{n} 秒后返回首页",
    stillYes: "我还在",
    home: "回首页",
    largeText: "大字",
    checkInTitle: "请输入预约码",
    checkInHint: "或将手机上的二维码对准扫码口。忘记预约码请到服务台。",
    haveAppointment: "我有预约",
    another: "还要办别的业务",
    anotherFor: "{number}：还要办什么？",
    alreadyTaken: "您的号已含此业务",
    stillYours: "您的号码仍是 {number}",
    notAdded: "另一项业务没有加上，轮到您时请告诉窗口",
    notAddedClosed: "“{service}”暂停受理，没有加上",
    calledTo: "{number} 请到 {counter}",
    calledNow: "{number} 正在叫号",
    askThere: "另一项业务请在窗口办理时提出",
    overNumber: "号码 {number} 已经结束",
    toTicket: "看我的号码",
    checkIn: "签到",
    checkingIn: "正在签到，请稍候……",
    erase: "删除",
    calledFrom: "{at} 起可以被叫号",
    quota_used: "今天的号已取完",
    taking_ended: "今天的取号已结束",
    quotaHint: "请改日再来，或用手机预约",
    unknown_appointment: "没有找到这个预约码",
    appointment_over: "这个预约已取消或已过期",
    appointmentHint: "请核对预约码，或到服务台；也可以现场取号",
    tooEarly: "您的预约时间是 {start}",
    tooEarlyHint: "请在当天签到",
    alreadyIn: "您已签到，号码是 {number}",
    alreadyInHint: "找不到号票请到服务台",
    deskHint: "请到服务台取号",
    readAloud: "朗读",
    readStop: "停止朗读",
    normalText: "标准字",
    low: "低位操作",
    normalPosition: "标准位置",
    cannotPrint: "本机暂时不能打印：取号后请扫码，或记下号码",
    connecting: "正在连接，请稍候……",
    connectingHint: "连上后即可取号",
    away: "暂时不能取号",
    awayHint: "与服务器的连接中断，正在恢复。急需办理请到服务台。",
    closed: "现在不开放取号",
    closedUntil: "下次开放：{at}",
    closedHint: "请留意大厅公告",
    channelClosed: "本机暂停取号",
    channelHint: "请到服务台取号，或用手机取号",
    noServices: "还没有可以取号的业务",
    serviceClosed: "“{service}”暂停受理",
    serviceHint: "请选择其他业务，或询问服务台",
    busy: "取号太频繁，请稍等片刻再试",
    refused: "没有取到号码",
    refusedHint: "请再试一次；如果还不行，请到服务台",
    lost: "没有取到号码",
    lostHint: "服务器没有回应，请稍后再试，或到服务台取号",
    pairTitle: "这台取号机还没有配对",
    pairHint: "请主管扫码，或在配对页面输入此配对码",
    pairOffline: "连不上服务器，正在重试……",
    pairAsking: "正在获取配对码……",
    revoked: "这台取号机的授权已失效，请重新配对",
    today: "今天 {time}",
    tomorrow: "明天 {time}",
    emergency: "紧急通知",
    awayStrip: "叫号系统暂时连不上，本机照常取号，从取号时起排队",
    awayDesk: "请到服务台办理",
    awayService: "“{service}”现在请到服务台办理",
    awayCheckIn: "预约签到请到服务台",
    awayCheckInHint: "系统暂时连不上，本机现在不能核对预约",
    awayTaken: "{at} 取号：系统断线期间，从此刻起排队",
    awayNote: "请记下或拍下号码",
    awayScan: "系统恢复后，扫码可看进度",
    awayPaper: "本号在系统断线期间取得，从取号时起排队。",
    awayRefused: "以下号码没有登记成功，请找工作人员：{numbers}",
  },
  en: {
    choose: "Please choose a service",
    chooseIn: "{group}: choose a service",
    back: "Back",
    next: "Next",
    previous: "Previous",
    page: "Page {page} of {pages}",
    waiting: "{n} waiting",
    nobodyWaiting: "Nobody waiting",
    range: "about {low}–{high} min",
    under: "under {high} min",
    services: "{n} {n:service|services}",
    closedService: "Closed for now",
    usedUpService: "No numbers left today",
    endedService: "Ended for today",
    statusTitle: "Do you need priority service?",
    statusHint: "Please have the document ready, the counter will look at it.",
    statusNone: "No, take a number",
    taking: "Taking your number, one moment…",
    yourNumber: "Your number",
    ahead: "{n} {n:person|people} ahead of you",
    nobodyYet: "Nobody is ahead of you",
    nobodyAhead: "Nobody is ahead of you: please listen for your number",
    wait: "Expected wait {low}–{high} min",
    waitUnder: "Expected wait under {high} min",
    unmanned: "No counter is open for it yet: numbers are called when one opens",
    counters: "Counters: {counters}",
    scan: "Scan to follow it on your phone",
    printing: "Printing your ticket…",
    printed: "Please take your ticket",
    noPrinter: "Scan the code, or note your number",
    printSlow: "The printer does not answer: scan the code, or note your number",
    paperOut: "Out of paper: scan the code, or note your number",
    printFailed: "The printer has a fault: scan the code, or note your number",
    done: "Done",
    longer: "Show it longer",
    homeIn: "Back to start in {n} s",
    still: "Are you still there?",
    stillHint: "Back to start in {n} s",
    stillYes: "Yes",
    home: "Start over",
    largeText: "Larger text",
    checkInTitle: "Enter the code of your appointment",
    checkInHint: "Or hold its QR code before the scanner. Without a code please ask at the reception.",
    haveAppointment: "I have an appointment",
    another: "Another matter too",
    anotherFor: "{number}: what else?",
    alreadyTaken: "Already on your number",
    stillYours: "Your number is still {number}",
    notAdded: "The other matter was not added: please tell the counter when it is your turn",
    notAddedClosed: "Not added, closed for now: {service}",
    calledTo: "{number}: please go to {counter}",
    calledNow: "{number} is called now",
    askThere: "Please ask for the other matter there",
    overNumber: "Number {number} is over",
    toTicket: "Show my number",
    checkIn: "Check in",
    checkingIn: "Checking in, please wait…",
    erase: "Erase",
    calledFrom: "You may be called from {at}",
    quota_used: "All of today's numbers are taken",
    taking_ended: "No more numbers are given today",
    quotaHint: "Please come another day, or book on your phone",
    unknown_appointment: "This code was not found",
    appointment_over: "This appointment was cancelled or is over",
    appointmentHint: "Check the code, or ask at the reception; you may take a number here too",
    tooEarly: "Your appointment is at {start}",
    tooEarlyHint: "Please check in on that day",
    alreadyIn: "You are checked in: your number is {number}",
    alreadyInHint: "If you lost your ticket, please ask at the reception",
    deskHint: "Please take your number at the reception",
    readAloud: "Read aloud",
    readStop: "Stop reading",
    normalText: "Normal text",
    low: "Lower buttons",
    normalPosition: "Normal position",
    cannotPrint: "This machine cannot print now: scan the code or note your number afterwards",
    connecting: "Connecting, one moment…",
    connectingHint: "Numbers can be taken as soon as it is connected",
    away: "No numbers for the moment",
    awayHint: "The connection to the server is being restored. If it is urgent, please go to the desk.",
    closed: "No numbers are given now",
    closedUntil: "Opens next: {at}",
    closedHint: "Please look for notices in the hall",
    channelClosed: "This machine gives no numbers at the moment",
    channelHint: "Please take a number at the desk or by phone",
    noServices: "There is no service to take a number for",
    serviceClosed: "Closed for now: {service}",
    serviceHint: "Please choose another service, or ask at the desk",
    busy: "Too many numbers at once: please wait a moment and try again",
    refused: "No number was given",
    refusedHint: "Please try again; if it stays, go to the desk",
    lost: "No number was given",
    lostHint: "The server did not answer. Please try again later, or go to the desk",
    pairTitle: "This ticket machine is not paired yet",
    pairHint: "A supervisor scans the code, or enters it on the pairing page",
    pairOffline: "The server cannot be reached, trying again…",
    pairAsking: "Asking for a pairing code…",
    revoked: "This ticket machine is no longer allowed: please pair it again",
    today: "today {time}",
    tomorrow: "tomorrow {time}",
    emergency: "Emergency",
    awayStrip: "The calling system is not reachable. This machine goes on giving numbers: your place counts from when you take one",
    awayDesk: "Please ask at the reception",
    awayService: "Please ask at the reception for: {service}",
    awayCheckIn: "Please check in at the reception",
    awayCheckInHint: "The system is not reachable: appointments cannot be looked up here now",
    awayTaken: "Taken at {at} while the system was away: your place counts from this time",
    awayNote: "Please note the number down or photograph it",
    awayScan: "Scan it when the system is back",
    awayPaper: "Taken while the system was away: your place counts from this time.",
    awayRefused: "These numbers were not entered, please ask the staff: {numbers}",
  },
} as const
const { say } = createI18n(WORDS)

/** All that the machine may say, with the digits and letters of numbers and clocks. */
export const everySentence = (): string =>
  [...Object.values(WORDS["zh-CN"]), ...Object.values(WORDS.en), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789–年月日星期一二三四五六日"].join("")

type Key = Parameters<typeof say>[1]

/** The sentence of `key` in both languages; `values` fill its `{names}`. */
export function both(key: Key, values: Record<string, string | number> = {}): Both {
  const speak = say as (language: "zh-CN" | "en", key: Key, values: Record<string, string | number>) => string
  return { zh: speak("zh-CN", key, values), en: speak("en", key, values) }
}

/** A sentence with a name in it, each language with its own name. */
export function bothWith(key: Key, name: string, text: Text): Both {
  return { zh: both(key, { [name]: text["zh-CN"] }).zh, en: both(key, { [name]: text.en }).en }
}

/** Where a called number goes to. */
export function bothCalled(ticket: { number: string; counter_name: Text | null }): Both {
  const { number, counter_name: counter } = ticket
  if (!counter) return both("calledNow", { number })
  return { zh: both("calledTo", { number, counter: counter["zh-CN"] }).zh, en: both("calledTo", { number, counter: counter.en }).en }
}

export const bothOf = (text: Text): Both => ({ zh: text["zh-CN"], en: text.en })

/** "about 10–15 min"; a range that starts at 0 says "under". */
export function rangeBoth(range: Range, from0: Key = "under", between: Key = "range"): Both {
  const { low, high } = roundOut(range)
  return low === 0 ? both(from0, { high }) : both(between, { low, high })
}

/** "1–4, 7": three neighbours or more become a range, so that twenty counters fit on a line. */
export function countersBoth(counters: string[]): Both {
  const spans: string[][] = []
  for (const code of counters) {
    const last = spans[spans.length - 1]
    if (last && follows(last[last.length - 1]!, code)) last.push(code)
    else spans.push([code])
  }
  const parts = spans.flatMap((span) => (span.length > 2 ? [`${span[0]}–${span[span.length - 1]}`] : span))
  return { zh: both("counters", { counters: parts.join("、") }).zh, en: both("counters", { counters: parts.join(", ") }).en }
}

/** When the hall opens next, as people say it; null when nobody knows. */
export function openingBoth(nextOpen: string | null, now: number, timeZone: string): Both | null {
  if (nextOpen === null) return null
  const at = Date.parse(nextOpen)
  const time = clock(at, timeZone)
  const days = daysBetween(now, at, timeZone)
  if (days === 0) return both("today", { time })
  if (days === 1) return both("tomorrow", { time })
  return { zh: `${dayName(at, "zh-CN", timeZone)} ${time}`, en: `${dayName(at, "en-GB", timeZone)}, ${time}` }
}

function follows(before: string, code: string): boolean {
  return /^\d+$/.test(before) && /^\d+$/.test(code) && Number(code) === Number(before) + 1
}

function daysBetween(from: number, to: number, timeZone: string): number {
  const day = (at: number): number => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone }).format(at))
  return Math.round((day(to) - day(from)) / 86_400_000)
}

function dayName(at: number, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone }).format(at)
}
