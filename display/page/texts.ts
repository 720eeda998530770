/** What the large screen says, in both languages; the screen's own language stands first and larger. */
import { computed, type ComputedRef } from "vue"
import { createI18n, otherLocale } from "../../web/i18n"

const SENTENCES = {
  "zh-CN": {
    number: "号码",
    counter: "窗口",
    counterWord: "号窗口",
    nowCalling: "请到窗口办理",
    lastCall: "最近呼叫",
    noCallYet: "暂无叫号",
    noCallHint: "请留意屏幕显示与语音播报",
    hidden: "叫号信息暂停更新",
    hiddenHint: "请听从现场工作人员安排",
    waiting: "等候 {n} 人",
    nobody: "无人等候",
    about: "约 {low}–{high} 分钟",
    under: "约 {high} 分钟以内",
    closed: "本厅已停止服务",
    closedTaking: "本厅已停止取号",
    closedStill: "已取的号照常叫号",
    closedLine: "现已停止取号，已取的号照常叫号",
    nextOpen: "下次开放时间：{when}",
    emergency: "紧急通知",
    connecting: "正在连接服务器",
    connectingHint: "请稍候",
    unreachable: "无法连接服务器",
    unreachableHint: "正在自动重试，请联系工作人员检查网络",
    stale: "暂时没有收到服务器的消息，显示的号码可能不是最新",
    offline: "与服务器的连接已中断，正在重连。请听从现场工作人员安排",
    since: "截至 {at}",
    restarting: "系统正在更新，马上恢复",
    soundBlocked: "声音未开启，请按一次遥控器“确认”键或点击屏幕",
    soundMuted: "本屏已静音",
    wrongLayout: "版式设置有误，已改用默认版式",
    pairTitle: "配对此屏幕",
    pairHint: "请管理员扫描二维码，或在管理页面输入配对码",
    pairOffline: "无法连接服务器，正在自动重试",
    pairAsking: "正在获取配对码",
    unpaired: "此屏幕的授权已失效，请重新配对",
    signNoCounter: "未设置窗口编号",
    serving: "正在办理",
    appointment: "预约",
    priority: "绿色通道",
    noCounter: "暂无窗口",
    today: "今天",
    page: "第 {page}/{pages} 页",
    left: "左边",
    right: "右边",
    straight: "直走",
    up: "上楼",
    down: "下楼",
    other_floor: "另一楼层",
  },
  en: {
    number: "Number",
    counter: "Counter",
    counterWord: "Counter",
    nowCalling: "Please proceed to the counter",
    lastCall: "Last call",
    noCallYet: "No number is being called now",
    noCallHint: "Please watch the screen and listen for your number",
    hidden: "The calls on this screen are out of date",
    hiddenHint: "Please follow the staff on site",
    waiting: "{n} waiting",
    nobody: "nobody waiting",
    about: "{low}–{high} min",
    under: "under {high} min",
    closed: "This hall is closed",
    closedTaking: "No new numbers are given now",
    closedStill: "Numbers already taken are still called",
    closedLine: "No new numbers now; those taken are still called",
    nextOpen: "Opens again: {when}",
    emergency: "Emergency notice",
    connecting: "Connecting to the server",
    connectingHint: "Just a moment",
    unreachable: "The server cannot be reached",
    unreachableHint: "Trying again by itself. Please ask the staff to check the network",
    stale: "Nothing heard from the server for a while: the numbers shown may not be the latest",
    offline: "Connection to the server lost, trying again. Please follow the staff on site",
    since: "as of {at}",
    restarting: "The system is being updated and returns in a moment",
    soundBlocked: "The sound is off: press OK on the remote control once, or tap the screen",
    soundMuted: "This screen is muted",
    wrongLayout: "The layout in the settings is wrong, the usual one is shown",
    pairTitle: "Pair this screen",
    pairHint: "Ask an administrator to scan the code or to enter it on the administration page",
    pairOffline: "The server cannot be reached, trying again",
    pairAsking: "Asking for a code",
    unpaired: "This screen is no longer allowed to connect: please pair it again",
    signNoCounter: "No counter set for this sign",
    serving: "Now serving",
    appointment: "Appointment",
    priority: "Priority",
    noCounter: "no counter open",
    today: "today",
    page: "Page {page} of {pages}",
    left: "left",
    right: "right",
    straight: "straight on",
    up: "upstairs",
    down: "downstairs",
    other_floor: "another floor",
  },
} as const

const { t, say } = createI18n(SENTENCES, "screen")

/** All that the screen may ever say, in one text. */
export const everySentence = (): string => JSON.stringify(SENTENCES)

export { say, t }

type PlainKey = Exclude<Parameters<typeof t>[0], "waiting" | "about" | "under" | "nextOpen" | "since" | "page">

/** The same sentence in the screen's language and in the other one. */
export function both(key: PlainKey): ComputedRef<[string, string]> {
  return computed(() => [t(key), say(otherLocale.value, key)])
}

const TAGS = { appointment: "appointment", priority: "priority" } as const
export type Tag = keyof typeof TAGS

/** The tags that a screen shows; others (a status of a person) are nobody's business. */
export function knownTags(tags: readonly string[]): Tag[] {
  return tags.filter((tag): tag is Tag => Object.prototype.hasOwnProperty.call(TAGS, tag))
}
