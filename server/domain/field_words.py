"""What people call the fields of a request in Chinese, and reasons that several fields share."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: By the last name of the field's path. A field that only programs fill in has no name here.
FIELDS = {
    "after": "日期",
    "days": "天数",
    "appointment": "预约码",
    "despite": "破例原因",
    "fallbacks_rank_last": "支援排序",
    "bearer": "登录方式",
    "booked": "预约比例",
    "call_seq": "叫号序号",
    "candidate": "自定义规则",
    "channel": "渠道",
    "classes": "类别",
    "client": "控制台编号",
    "code": "代码",
    "confirm_code": "配对码",
    "counter": "窗口",
    "credit": "起始积分",
    "date": "日期",
    "day": "日期",
    "device": "设备",
    "digits": "手机后四位",
    "disabled": "停用",
    "email": "电子邮箱",
    "error": "错误",
    "front": "排到最前",
    "guard": "保护时限",
    "guard_every": "保护频次",
    "hall": "大厅",
    "height_mm": "纸高",
    "host": "打印机地址",
    "id_number": "证件号码",
    "job": "打印任务",
    "kind": "类型",
    "lanes": "通道",
    "language": "语言",
    "layout": "版式",
    "level": "级别",
    "load": "负荷",
    "minutes": "分钟数",
    "mode": "办理方式",
    "name": "名称",
    "note": "备注",
    "number": "号码",
    "numbers": "号码",
    "ok": "结果",
    "old_password": "现在的密码",
    "tell": "告诉访客的话",
    "open": "开放状态",
    "paper": "纸张",
    "password": "密码",
    "phone": "电话号码",
    "place": "位置",
    "policies": "规则",
    "port": "端口",
    "present": "当前号票",
    "printer": "打印机",
    "q": "查找内容",
    "quantity": "件数",
    "reason": "原因",
    "request_id": "请求号",
    "result": "结果",
    "role": "角色",
    "seed": "随机种子",
    "seq": "序号",
    "service": "业务",
    "services": "业务",
    "settings": "设备设置",
    "share": "份额",
    "since": "序号",
    "speed": "速度",
    "stars": "评分",
    "start": "开始时间",
    "state": "状态",
    "status": "身份类别",
    "take_over": "接管",
    "target": "目标时限",
    "text": "文字",
    "tier": "层级",
    "to": "去向",
    "until": "时间",
    "username": "用户名",
    "width_mm": "纸宽",
    "zone": "区域",
    "give": "增加的队列",
    "take": "减少的队列",
    "counter_types": "队列",
    "why": "原因",
    "used": "已用号码",
    "check": "仅检查",
    "confirm": "确认",
    "keeper": "号码存储",
    "token": "号票凭证",
    "instead_of": "原请求号",
    "called": "叫号时间",
    "calls": "叫号记录",
    "came": "是否到场",
    "taken": "取号时间",
    "tickets": "号票",
    "printer_error": "打印机故障",
    "sound": "声音",
    "volume": "音量",
    "last_spoken": "最近播报",
    "errors": "错误数",
    "page": "页面",
    "online": "联机",
    "to_hand_in": "待上传号码",
    "refused": "未登记号码",
    "engine": "语音引擎",
    "voices": "语音",
    "queue": "播报队列",
    "card": "声卡",
    "overloaded": "过载",
    "play": "播放任务",
}


def chinese_name(path: str) -> str | None:
    """What the field at a path such as `settings.printer.host` or `services[3].name` is called, None if unknown."""
    names = re.findall(r"[A-Za-z_]+", path)
    return next((FIELDS[name] for name in reversed(names) if name in FIELDS), None)


def characters(least: int, most: int) -> dict[str, str]:
    """The reasons of a text whose length is wrong, in both languages."""
    return {"reason": f"{least} to {most} characters", "reason_zh": f"长度须为 {least} 至 {most} 个字符"}


def one_of(values: Iterable[str]) -> dict[str, str]:
    """The reasons of a value that is none of these, in both languages."""
    listed = ", ".join(values)
    return {"reason": f"one of {listed}", "reason_zh": f"必须是以下之一：{listed}"}
