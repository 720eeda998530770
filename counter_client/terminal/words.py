"""What the terminal console says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from client.language import Language
from counter_client.terminal.words_corrections import CORRECTION_WORDS
from counter_client.terminal.words_visit import VISIT_WORDS
from counter_client.terminal.words_voice import VOICE_WORDS

WORDS: dict[str, tuple[str, str]] = {
    "counter": ("{code} 号窗口", "Counter {code}"),
    "state_open": ("值守中", "on duty"),
    "state_paused": ("已暂停", "paused"),
    "state_closed": ("未上岗", "closed"),
    "serves_also": ("加办 {queue} 至 {at}", "also {queue} until {at}"),
    "serves_also_today": ("今天加办 {queue}", "also {queue} today"),
    "serves_not": ("停办 {queue} 至 {at}", "not {queue} until {at}"),
    "serves_not_today": ("今天停办 {queue}", "not {queue} today"),
    "link_connecting": ("正在连接…", "connecting…"),
    "link_live": ("在线", "online"),
    "link_stale": ("无心跳", "no heartbeat"),
    "link_lost": ("连接中断，正在重连…", "connection lost, coming back…"),
    "link_denied": ("服务器拒绝登录", "the server refuses the sign-in"),
    "no_ticket": ("当前没有号票", "No ticket at this counter"),
    "ticket_scheduled": ("未到时间", "not its time yet"),
    "ticket_waiting": ("等候中", "waiting"),
    "ticket_called": ("已叫号", "called"),
    "ticket_serving": ("办理中", "serving"),
    "ticket_held": ("挂起", "held"),
    "ticket_parked": ("未到", "not here"),
    "ticket_completed": ("已办结", "completed"),
    "ticket_no_show": ("过号作废", "no-show, closed"),
    "ticket_cancelled": ("已取消", "cancelled"),
    "ticket_expired": ("已失效", "expired"),
    "calls": ("呼叫 {count} 次", "{count}× called"),
    "waited": ("等了 {span}", "waited {span}"),
    "since": ("已 {span}", "for {span}"),
    "note": ("备注：{text}", "Note: {text}"),
    "came_from": ("转自 {name}", "came from {name}"),
    "language_zh-CN": ("普通话", "Mandarin"),
    "language_zh-HK": ("粤语", "Cantonese"),
    "language_en": ("英语", "English"),
    "tag_appointment": ("预约", "appointment"),
    "tag_priority": ("绿色通道", "priority"),
    "call_next": ("叫下一位：{number}，已等 {span}", "Call next: {number}, waited {span}"),
    "call_next_plain": ("叫下一位", "Call next"),
    "just_called": (
        "刚刚呼叫了 {number}，到了请再按一次",
        "{number} was called just now: press again when they are here",
    ),
    "just_started": (
        "刚刚开始办理 {number}，办完请再按一次",
        "{number} was started just now: press again when the matter is done",
    ),
    "start_here": ("{number} 已到，开始办理", "{number} is here: start"),
    "complete_then": ("办结 {number} 并{call}", "Complete {number} · {call}"),
    "nobody": ("无人等候", "Nobody is waiting"),
    "nobody_for_you": (
        "本窗口可办业务无人等候，其他业务有 {count} 人等候",
        "Nobody waits for your services; {count} wait for others",
    ),
    "then": ("随后：{numbers}", "Then: {numbers}"),
    "action_next": ("下一位", "next"),
    "action_start": ("开始办理", "start"),
    "action_recall": ("重呼", "recall"),
    "action_no_show": ("未到", "no-show"),
    "action_hold": ("挂起", "hold"),
    "action_transfer": ("转移", "transfer"),
    "action_complete": ("办结", "complete"),
    "action_go_on": ("接着办", "go on here"),
    "action_visit": ("业务", "services"),
    "action_quantity": ("份数", "quantity"),
    "action_note": ("备注", "note"),
    "action_timeline": ("经过", "timeline"),
    "action_add_service": ("加办业务", "add the service"),
    "action_drop_service": ("取消业务", "drop the service"),
    "action_pause": ("暂停", "pause"),
    "action_resume": ("恢复", "resume"),
    "action_undo": ("撤销", "undo"),
    "action_take_back": ("叫回", "take back"),
    "action_search": ("查找", "search"),
    "action_help": ("帮助", "help"),
    "action_sign_on": ("上岗", "sign on"),
    "action_call": ("呼叫", "call"),
    "action_sign_off": ("签退", "sign off"),
    "undo_left": ("撤销 {seconds} 秒", "undo {seconds} s"),
    "waiting": ("等候", "Waiting"),
    "waiting_columns": ("人数 / 业务 / 最久", "people / service / longest"),
    "aside": ("挂起与未到", "Held and not here"),
    "none": ("无", "none"),
    "mine": ("本窗口业务", "Your services"),
    "others": ("其他业务", "Other services"),
    "more": ("还有 {count} 项", "{count} more"),
    "own_day": ("您今天 {served} 位", "you today {served}"),
    "own_day_mean": ("您今天 {served} 位 · 平均 {minutes} 分", "you today {served} · {minutes} min each"),
    "pause_left": ("还有 {count} 分", "{count} min left"),
    "pause_over": ("已超出 {count} 分", "{count} min over"),
    "called_enough": (
        "已呼叫 {count} 次无人前来：可按 X 过号",
        "Called {count} times and nobody came: X for a no-show",
    ),
    "today": (
        "今日 取号 {issued} · 办结 {completed} · 过号作废 {no_show}",
        "today {issued} issued · {completed} served · {no_show} no-show",
    ),
    "today_unconfirmed": (" · 叫过、未确认到场 {unconfirmed}", " · {unconfirmed} called, not confirmed"),
    "sending": ("正在发送：{action}…", "sending: {action}…"),
    "done": ("{action}：完成", "{action}: done"),
    "paused_now": ("本窗口已暂停：{reason}，按 P 恢复", "This counter is paused: {reason}; press P to resume"),
    "closed_now": ("本窗口未上岗，按 Enter 上岗", "Nobody is signed on here: press Enter to sign on"),
    "taken_over": (
        "此窗口已被 {who} 接管，按 Enter 取回",
        "{who} has taken this counter over: press Enter to take it back",
    ),
    "another_console": ("您的另一个操作台", "your other console"),
    "offline": ("没有连接，未发送", "No connection: nothing was sent"),
    "unknown_result": (
        "没有收到答复；恢复连接后以屏幕显示为准",
        "No answer came; what the screen shows after the return counts",
    ),
    "too_late_undo": ("没有可撤销的操作", "There is nothing to undo"),
    "nothing_aside": ("没有挂起或未到的号票", "Nobody is held or not here"),
    "nothing_found": ("今天没有这个号", "No such number today"),
    "ask_transfer": ("转移到", "Transfer to"),
    "unmanned": ("{name}（无人上岗）", "{name} (nobody on duty)"),
    "ask_place": ("排在", "Its place"),
    "place_keep": ("按原取号时间", "by its time, as before"),
    "place_front": ("最前面", "at the front"),
    "ask_pause": ("暂停原因", "Reason for the pause"),
    "ask_take_back": ("叫回哪一个", "Take back which one"),
    "ask_search": ("查找号码", "Search a number"),
    "call_it": ("叫到本窗口", "call it here"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "ask_sign_off": ("离开", "Leave"),
    "leave_sign_off": ("签退并退出", "sign off and close"),
    "leave_served": ("{number} 已办理：办结并签退", "{number} was served: complete, sign off"),
    "leave_return": ("{number} 未办理：退回队列并签退", "{number} not served: back to the queue, sign off"),
    "leave_only": ("只关闭此程序，窗口保持开放", "close this program only, the counter stays open"),
    "ask_take_over": ("{clerk} 正在此窗口上岗。接管？", "{clerk} is on duty here. Take over?"),
    "dialog_hint": ("数字或方向键选择，Enter 确认，Esc 取消", "digit or arrows, Enter to choose, Esc to cancel"),
    "pages_hint": (
        "数字或方向键选择，0 翻页，Enter 确认，Esc 取消",
        "digit or arrows, 0 for the next page, Enter to choose, Esc to cancel",
    ),
    "part": ("第 {first}-{last} 项，共 {count} 项", "{first}-{last} of {count}"),
    "entry_hint": ("Enter 确认，Esc 取消", "Enter to search, Esc to cancel"),
    "enter_hint": ("Enter 确认，Esc 取消", "Enter to save, Esc to cancel"),
    "page_hint": ("方向键翻看，其他键关闭", "arrows to move, any other key closes this"),
    "keys_title": ("按键", "Keys"),
    "keys_pad": ("数字小键盘", "number pad"),
    "keys_close": ("按任意键关闭", "any key closes this"),
    "minutes": ("{count} 分", "{count} min"),
    "hours": ("{hours} 时 {minutes} 分", "{hours} h {minutes} min"),
    "counter_option": ("{code} 号窗口", "counter {code}"),
    "small_window": ("请放大窗口", "please enlarge the window"),
    **CORRECTION_WORDS,
    **VISIT_WORDS,
    **VOICE_WORDS,
}


class Words:
    """The words in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, name: str, /, **values: object) -> str:
        """The sentence of that name with its values."""
        chinese, english = WORDS[name]
        return (english if self.language == "en" else chinese).format(**values)

    def text(self, text: Mapping[str, str] | None) -> str:
        """A text of the hall in this language."""
        return "" if text is None else text.get(self.language) or text.get("zh-CN", "")

    def span(self, seconds: float) -> str:
        """A time that has passed, in whole minutes."""
        minutes = max(0, int(seconds // 60))
        if minutes < 60:
            return self("minutes", count=minutes)
        return self("hours", hours=minutes // 60, minutes=minutes % 60)
