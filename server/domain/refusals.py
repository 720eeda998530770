"""Every refusal the server can give: a stable code, its HTTP status and a sentence in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from server.domain.field_words import chinese_name

#: A time of the interface; its offset is the hall's.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
#: A part of a text that is said when its gaps can be filled.
_OPTIONAL, _GAP = re.compile(r"\[([^\]]*)\]"), re.compile(r"\{(\w+)\}")
#: For a reason that was written for programs alone.
NO_REASON_ZH = "无法使用"


class Wording(NamedTuple):
    """How a refusal reads: HTTP status, and texts whose `{names}` are filled from its params."""

    status: int
    zh: str
    en: str


REFUSALS: dict[str, Wording] = {
    "malformed": Wording(400, "请求格式不正确：{reason}", "The request could not be read: {reason}"),
    "not_signed_in": Wording(401, "请先登录", "Please sign in first"),
    "bad_login": Wording(401, "用户名或密码不正确", "The user name or the password is wrong"),
    "bad_token": Wording(401, "凭证无效或已被撤销", "The token is not valid, or was revoked"),
    "forbidden": Wording(403, "您没有此操作的权限", "You have no right to do this"),
    "csrf": Wording(403, "页面已过期，请刷新后重试", "The page is out of date: reload it and try again"),
    "foreign_origin": Wording(403, "不接受来自其他网站的请求", "Requests from another site are refused"),
    "channel_closed": Wording(403, "此渠道不开放取号", "Tickets are not given through this channel"),
    "not_your_counter": Wording(403, "您未在 {counter} 号窗口上岗", "You are not on duty at counter {counter}"),
    "unknown_route": Wording(404, "没有这个地址", "There is nothing at this address"),
    "unknown_hall": Wording(404, "没有大厅 {code}", "There is no hall {code}"),
    "unknown_language": Wording(404, "没有添加语言 {code}", "The language {code} was not added"),
    "unknown_zone": Wording(404, "没有区域 {code}", "There is no zone {code}"),
    "unknown_counter": Wording(404, "没有窗口 {code}", "There is no counter {code}"),
    "unknown_ticket": Wording(404, "没有找到此号票", "There is no such ticket"),
    "unknown_device": Wording(404, "没有此设备", "There is no such device"),
    "unknown_pairing": Wording(404, "配对码不存在", "There is no such pairing code"),
    "unknown_clip": Wording(404, "没有此语音", "There is no such clip"),
    "unknown_user": Wording(404, "没有用户 {username}", "There is no user {username}"),
    "elsewhere": Wording(
        409, "归档由另一台服务器进行，请在那里运行", "Another server keeps the archive: run this there"
    ),
    "not_archived": Wording(
        507, "未能归档，数据未删除：{reason}", "The day stays, nothing of it was deleted: {reason}"
    ),
    "method_not_allowed": Wording(405, "此地址不支持该操作", "This address does not take that method"),
    "unknown_appointment": Wording(404, "没有找到此预约", "There is no such appointment"),
    "no_such_booking": Wording(
        404,
        "没有与此预约码和手机号码相符的预约；请核对，或到服务台查询",
        "No appointment has this code and this phone number: check both, or ask at the reception",
    ),
    "proof_needed": Wording(
        403, "此身份须由工作人员查验证件，请到服务台", "Staff must see the paper for this: please ask at the reception"
    ),
    "too_far": Wording(403, "请在距大厅 {metres} 米以内取号", "Take the number within {metres} m of the hall"),
    "quota_used": Wording(409, "此业务[ {day} ]的号已全部取完", "All numbers for this service[ on {day}] are taken"),
    "numbers_used_up": Wording(
        409,
        "此队列今天的号码已发到最后一个 {last}，请到服务台",
        "The last of today's numbers of this queue, {last}, is given: ask at the reception",
    ),
    "taking_ended": Wording(409, "此业务今天的取号已于 {until} 结束", "Numbers for this service ended at {until}"),
    "live_ticket": Wording(
        409, "您已有此业务的号票[ {number}]", "You hold a number for this service already[: {number}]"
    ),
    "person_limit": Wording(409, "今天最多可取 {limit} 个号", "A person may take no more than {limit} a day"),
    "phone_full": Wording(
        409,
        "等候人数较多，暂不能用手机取号，请到现场取号",
        "So many wait that phones get no number now: take one in the hall",
    ),
    "slot_full": Wording(409, "此时段已约满", "This time is fully booked"),
    "slot_past": Wording(409, "此时段已不能预约", "This time can no longer be booked"),
    "one_per_day": Wording(
        409, "您当天已预约此业务[（{start}）]", "You have an appointment for this service that day[ ({start})]"
    ),
    "banned": Wording(
        409, "因多次爽约，[{until} 前]暂不能预约", "After missed appointments you cannot book now[; again from {until}]"
    ),
    "not_bookable": Wording(409, "此业务不接受预约", "This service takes no appointments"),
    "too_late": Wording(
        409, "已过可更改的时间，请联系服务台", "It is too late to change this: please ask at the reception"
    ),
    "too_early": Wording(409, "预约时间为 {start}，请当天签到", "The appointment is at {start}: check in on that day"),
    "already_checked_in": Wording(409, "已签到[，号票为 {number}]", "Checked in already[: the number is {number}]"),
    "several_found": Wording(409, "找到多个预约，请使用预约码", "Several appointments fit: use the code"),
    "appointment_over": Wording(409, "此预约已取消或已过期", "This appointment was cancelled or is over"),
    "slot_withdrawn": Wording(
        409,
        "大厅已取消此时段[（{start}）]，请改约或到服务台",
        "The hall has withdrawn this time[ ({start})]: choose another one, or ask at the reception",
    ),
    "not_hit": Wording(409, "此预约仍然有效", "This appointment stands: there is nothing to keep"),
    "appointments_hit": Wording(
        409,
        "此更改影响 {count} 个预约；确认后将通知预约人，由服务台改约、取消或保留",
        "Appointments that this hits: {count}. Say yes to it; then their holders are told, and the reception moves, cancels or keeps them",
    ),
    "device_away": Wording(409, "设备未连接，连接后再试", "The device is not connected: try again when it is"),
    "no_loudspeaker": Wording(409, "此设备不播报声音", "This device sounds no calls"),
    "sound_not_on": Wording(
        409, "此大屏的声音被阻止、静音或关闭", "The sound of this screen is blocked, muted or switched off"
    ),
    "no_announcer": Wording(409, "没有已连接的播报程序", "No announcer is connected"),
    "nobody_behind": Wording(409, "后面没有人在等，不用让", "Nobody waits behind you: there is nobody to let pass"),
    "more_time_limit": Wording(409, "已达可延后的次数", "You have let others pass as often as the hall allows"),
    "already_rated": Wording(409, "您已评价", "You have rated this visit already"),
    "no_block": Wording(
        409, "{number} 不是本大厅取号机的备用号码", "{number} is no number that a ticket machine of this hall was given"
    ),
    "number_taken": Wording(409, "{number} 已属于另一张号票", "{number} belongs to another ticket"),
    "nobody_waiting": Wording(409, "没有本窗口可办理的等候者", "Nobody is waiting for your services"),
    "ticket_open": Wording(409, "请先办结 {number}", "Finish {number} first"),
    "not_here_yet": Wording(
        409,
        "{number} 已呼叫、还没有到：请先按“开始办理”或“未到”",
        "{number} was called and is not here yet: start it, or mark it as not here",
    ),
    "no_ticket": Wording(409, "本窗口当前没有号票", "This counter has no ticket now"),
    "not_here": Wording(
        409, "{number} 接下来没有本窗口可办的业务", "Nothing that {number} still needs is served at this counter"
    ),
    "wrong_state": Wording(409, "{number} 现在不能这样操作（{state}）", "{number} is {state}: this cannot be done now"),
    "called_elsewhere": Wording(
        409,
        "{number} 已于 {seconds} 秒前被 {counter} 号窗口呼叫",
        "{number} was called by counter {counter} {seconds} s ago",
    ),
    "completed_elsewhere": Wording(
        409,
        "{number} 由 {counter} 号窗口办结，请由该窗口或主管重新打开",
        "{number} was completed at counter {counter}: that counter or a supervisor can open it again",
    ),
    "counter_taken": Wording(409, "{clerk} 正在此窗口上岗", "{clerk} is on duty at this counter"),
    "counter_closed": Wording(409, "窗口尚未上岗", "Nobody is signed on at this counter"),
    "counter_paused": Wording(409, "窗口已暂停，请先恢复", "The counter is paused: resume first"),
    "hall_closed": Wording(409, "大厅现在不开放取号", "The hall is closed now"),
    "serves_already": Wording(
        409, "{counter} 号窗口已在办理队列 {code}", "Counter {counter} serves queue {code} already"
    ),
    "serves_not": Wording(
        409, "{counter} 号窗口现在不办理队列 {code}", "Counter {counter} does not serve queue {code} now"
    ),
    "serves_nothing": Wording(
        409, "{counter} 号窗口至少要保留一个队列", "Counter {counter} must keep at least one queue"
    ),
    "serves_as_usual": Wording(
        409, "{counter} 号窗口没有这项临时调整", "Nothing of the kind was changed at counter {counter}"
    ),
    "service_closed": Wording(409, "此业务现在不开放取号", "This service is closed now"),
    "recall_too_soon": Wording(409, "请在 {seconds} 秒后再重呼", "Wait {seconds} s before you recall again"),
    "recall_limit": Wording(409, "重呼次数已达上限", "The limit of recalls is reached"),
    "nothing_to_undo": Wording(409, "没有可撤销的操作", "There is nothing to undo"),
    "undo_expired": Wording(409, "已超过可撤销的时间", "It is too late to undo this"),
    "undo_conflict": Wording(409, "{number} 已有后续变化，不能撤销", "{number} has changed since: it cannot be undone"),
    "pairing_expired": Wording(
        409, "配对码已过期，请在设备上重新获取", "The code has expired: get a new one on the device"
    ),
    "already_confirmed": Wording(409, "该配对码已被使用", "This code was used already"),
    "last_admin": Wording(
        409,
        "{username} 是最后一位管理员，请先设置另一位管理员",
        "{username} is the last administrator: make another one first",
    ),
    "username_taken": Wording(409, "用户名 {username} 已存在", "The user name {username} is taken"),
    "too_large": Wording(413, "请求内容过大", "The request is too large"),
    "not_json": Wording(415, "请求内容须为 JSON", "The body must be JSON"),
    "not_wav": Wording(415, "语音须为 WAV 文件", "The clip must be a WAV file"),
    "invalid": Wording(422, "{field}不正确：{reason}", "Field {field} is not valid: {reason}"),
    "empty_day": Wording(
        422,
        "{day} 没有叫过号，无从比较：请换一个有叫号的日子，或不填日期",
        "Nobody was called on {day}, so there is nothing to compare: name a day with calls, or none",
    ),
    "phone_needed": Wording(422, "请提供手机号码", "Please give your phone number"),
    "id_needed": Wording(422, "请提供证件号码", "Please give your ID number"),
    "place_needed": Wording(
        422,
        "手机取号需要您的位置；无法提供时请在现场取号",
        "A number from the phone needs your position: without it take one in the hall",
    ),
    "service_twice": Wording(422, "同一业务只能选一次", "A visit has each service once"),
    "unknown_service": Wording(422, "没有业务 {code}", "There is no service {code}"),
    "unknown_status": Wording(422, "没有身份类别 {code}", "There is no status {code}"),
    "unknown_counter_type": Wording(422, "没有窗口类型或窗口 {code}", "There is no counter type or counter {code}"),
    "same_place": Wording(422, "{number} 已在该队列中", "{number} is in that queue already"),
    "key_reused": Wording(422, "同一请求号已用于其他内容", "This key was used for another request"),
    "too_many": Wording(429, "操作过于频繁，请在 {retry_s} 秒后重试", "Too many tries: wait {retry_s} s"),
    "too_many_bookings": Wording(
        429,
        "从此处的预约过多：请在 {minutes} 分钟后再试，或到服务台预约",
        "Too many bookings came from here: wait {minutes} min, or book at the reception",
    ),
    "internal": Wording(500, "服务器内部错误", "The server failed; the error was logged"),
    "database_away": Wording(
        503, "数据库暂时无法使用，请稍后重试", "The database cannot be used now: try again in a moment"
    ),
    "no_room": Wording(507, "服务器磁盘空间不足", "The server's disk is full"),
    "starting": Wording(503, "服务器正在启动", "The server is starting"),
    "stopping": Wording(503, "服务器正在停止", "The server is stopping"),
}


#: Those that a visitor may read as the server says them; the pages have own words for the others.
VISITORS_REFUSALS = (
    "unknown_appointment",
    "no_such_booking",
    "proof_needed",
    "too_far",
    "quota_used",
    "numbers_used_up",
    "taking_ended",
    "live_ticket",
    "person_limit",
    "phone_full",
    "slot_full",
    "slot_past",
    "one_per_day",
    "banned",
    "not_bookable",
    "too_late",
    "too_early",
    "already_checked_in",
    "several_found",
    "appointment_over",
    "slot_withdrawn",
    "nobody_behind",
    "more_time_limit",
    "already_rated",
    "phone_needed",
    "id_needed",
    "place_needed",
    "service_twice",
    "unknown_status",
    "too_many_bookings",
    "internal",
    "database_away",
    "no_room",
)


class Refusal(Exception):
    """A request that is refused. It changes nothing; `code` is a key of REFUSALS, `params` its values."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.wording = REFUSALS[code]
        self.code = code
        self.params = params

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.wording.status

    def message(self, language: str, words: Mapping[str, str] | None = None) -> str:
        """The sentence in `language` ("zh-CN", "zh-HK" or "en"); in the words of an added one where those have it."""
        own = words.get(f"refusals.{self.code}") if words else None
        if own:
            return _filled(own, _readable(self.params))
        if not language.startswith("zh"):
            return _filled(self.wording.en, _readable(self.params))
        return _filled(self.wording.zh, _readable(self._chinese()))

    def _chinese(self) -> dict[str, Any]:
        """The params with the field's name and the reason as a Chinese sentence says them, never in English."""
        said = dict(self.params)
        if "reason" in said:
            said["reason"] = said.get("reason_zh", NO_REASON_ZH)
        if "field" in said:
            said["field"] = chinese_name(str(said["field"])) or "填写的内容"
        return said

    def envelope(self, language: str = "en", words: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The body of the answer, the same at every door; its sentence as `message` has it."""
        name = chinese_name(str(self.params.get("field", "")))
        params = self.params | {"field_zh": name} if name else self.params
        return {"error": {"code": self.code, "params": params, "message": self.message(language, words)}}


def _filled(text: str, params: dict[str, Any]) -> str:
    """The text with its gaps filled; a part in brackets is left out when it has a gap that nothing fills."""
    told = _OPTIONAL.sub(lambda part: part[1] if all(name in params for name in _GAP.findall(part[1])) else "", text)
    return told.format(**params)


def _readable(params: dict[str, Any]) -> dict[str, Any]:
    """The params with each time as the hall's clock shows it: `2026-11-24T10:00:00.000+08:00` as `2026-11-24 10:00`."""
    return {name: _clock(value) if isinstance(value, str) else value for name, value in params.items()}


def _clock(text: str) -> str:
    return f"{text[:10]} {text[11:16]}" if _TIME.fullmatch(text) else text
