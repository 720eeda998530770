"""What the terminal console says of calling by voice; the words of the page."""

from __future__ import annotations

VOICE_WORDS: dict[str, tuple[str, str]] = {
    "offline_title": ("与服务器断开", "No connection to the server"),
    "as_of": ("截至 {at}", "as of {at}"),
    "offline_text": (
        "正在自动重连。接下来是这几位，请口头呼叫，并选择是否到场：",
        "These come next: call them by voice, and mark who came.",
    ),
    "offline_none": ("断开前没有人等候您的窗口。", "Nobody was waiting for your counter when the connection was lost."),
    "voice_came": ("已到", "Came"),
    "voice_not": ("未到", "Did not come"),
    "voice_move": ("选择", "choose"),
    "voice_hint": (
        "其他窗口也可能呼叫相同号码，请与相邻窗口核对。再按一次取消标记。",
        "Another counter may call the same: ask. The same key takes a mark back.",
    ),
    "voice_done": ("服务器中断期间口头呼叫了 {count} 个号：", "Called by voice while the server was away ({count}):"),
    "voice_waits": ("口头呼叫的 {count} 个号还没有录入，按 V", "{count} called by voice are not entered yet: press V"),
    "voice_enter": ("录入 {count} 个", "Enter {count}"),
    "voice_forget": ("不录入", "Do not enter"),
    "ask_forget": ("丢弃这些标记，不录入：{numbers}？", "Throw these marks away: {numbers}?"),
    "forget_no": ("保留", "Keep them"),
    "forget_yes": ("丢弃", "Throw them away"),
    "voice_entered": ("已录入：{numbers}", "Entered: {numbers}"),
    "voice_skipped": (
        "以下号码已由他人处理，未改动：{numbers}",
        "Left as they are, somebody has dealt with them: {numbers}",
    ),
    "nothing_by_voice": ("没有待录入的口头呼叫", "Nothing was called by voice"),
    "not_kept": (
        "无法保存到本机，请勿关闭此程序：{why}",
        "This computer cannot keep it, do not close this program: {why}",
    ),
    "action_voice": ("录入口呼", "enter calls by voice"),
    "action_enter_calls": ("录入口呼", "enter calls by voice"),
}
