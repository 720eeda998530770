"""The table of `hallcall policy compare`, in the terminal's language."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

from click import style

from replay.compare_day import Trial
from replay.compare_hall import HALL
from replay.figures import counted
from server.domain.compare import Compared
from server.domain.figures import ClassFigures
from server.domain.policy import title_of
from server.settings.language import chinese, words

NAME = 24
_CLASSES = {
    "": ("all", "全部"),
    "ordinary": ("walk-ins", "现场取号"),
    "appointment": ("appointments", "预约"),
    "priority": ("priority", "优先身份"),
}


def table(trial: Trial, results: list[Compared], *, seed: int) -> str:
    """The whole table as text."""
    return "\n".join([*_head(trial, seed), *(line for one in results for line in _rule(one)), "", *_foot()])


def _head(trial: Trial, seed: int) -> Iterator[str]:
    people, desks = len(trial.day.visits), len(trial.day.counters)
    yield words(
        f"{trial.name}: {counted(people, 'visitor')}, {trial.booked} with an appointment, {counted(desks, 'counter')}, "
        f"seed {seed}",
        f"{trial.name}：{people} 人，其中预约 {trial.booked} 人，{desks} 个窗口，随机种子 {seed}",
    )
    yield ""
    yield _cells(
        [
            ("", -NAME),
            (words("visitors", "人数"), 8),
            (words("mean", "平均"), 7),
            (words("p90", "九成内"), 7),
            (words("longest", "最长"), 8),
            (words("target", "目标"), 7),
            (words("within", "达标"), 7),
            (words("overtaken by", "被后来者超前"), 14),
            (words("times", "次数"), 6),
        ]
    )


def _rule(one: Compared) -> Iterator[str]:
    title = words("The hall's own", "大厅现行规则") if one.name == HALL else title_of(one.name)[_language()]
    yield ""
    yield f"{title} ({one.name})"
    for line in one.lines:
        yield _line(line, one)
    if one.not_served:
        yield style(words(f"  {one.not_served} were never called", f"  {one.not_served} 人未办理"), fg="red")
    if one.missed:
        yield words(f"  {one.missed} were called and did not come", f"  {one.missed} 人过号作废")


def _line(line: ClassFigures, one: Compared) -> str:
    en, zh = _CLASSES.get(line.class_code, (line.class_code, line.class_code))
    target = f"{one.policy.classes[line.class_code].target:g}" if line.class_code else ""
    return _cells(
        [
            (f"  {words(en, zh)}", -NAME),
            (str(line.count), 8),
            (f"{line.mean:.1f}", 7),
            (f"{line.p90:.1f}", 7),
            (f"{line.longest:.1f}", 8),
            (target, 7),
            (f"{line.within:.0%}", 7),
            (f"{line.overtaken_minutes:.0f}", 14),
            (str(line.overtaken_times), 6),
        ]
    )


def _foot() -> Iterator[str]:
    yield words(
        "Minutes from the slot, or from taking the number, to the first call. Who was never called waited until they",
        "时间为分钟：从预约时段或取号到第一次叫号；未办理的人算到离开或失效为止，",
    )
    yield words(
        "left or the day ended, and is not within the target. Overtaken: by how many",
        "且不算达标。被后来者超前：",
    )
    yield words(
        "minutes later at most somebody had come who was called first, and how often that happened to one at most.",
        "先被叫到的人最多晚到几分钟，以及同一人最多遇到几次。",
    )


def _cells(cells: list[tuple[str, int]]) -> str:
    """Cells of given widths, to the left where the width is negative; a Chinese sign is two wide."""
    padded = []
    for text, width in cells:
        space = " " * max(0, abs(width) - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))
        padded.append(text + space if width < 0 else space + text)
    return "".join(padded).rstrip()


def _language() -> str:
    return "zh-CN" if chinese() else "en"
