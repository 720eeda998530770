"""What does not stop a server and still needs somebody: said at its start, by /readyz and by `hallcall doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.data_folder.durable import names
from server.services.runtime.deployment import Deployment
from server.settings.config import Config


@dataclass(frozen=True, slots=True)
class Notice:
    """A code for programs, and a sentence in English and Chinese."""

    code: str
    en: str
    zh: str


def keys_foreign(count: int) -> Notice:
    """The keys are not those of the database."""
    return Notice(
        "keys_foreign",
        f"keys.json does not open {count:,} of the names and phones in the database: it is another hall's, or was made "
        "anew. Put the right one back from a copy and restart; until then these visitors are not reached, and persons "
        "are counted anew.",
        f"keys.json 无法打开数据库中的 {count:,} 条姓名与电话：它属于另一个大厅，或是新建的。"
        "请从备份放回正确的文件并重启；在此之前无法通知这些访客，取号次数也重新计数。",
    )


def demo_limits() -> Notice:
    """A hall was made beside the demo while the server ran with the demo's limits."""
    return Notice(
        "demo_limits",
        "A hall was made beside the demo, and the server still has the demo's wide limits against guessing and floods: "
        "restart it, and remove the demo with `hallcall demo --drop`.",
        "正式大厅与演示并存，而服务器仍使用演示的宽松限制：请重启服务器，并用 `hallcall demo --drop` 删除演示。",
    )


def linked(file: Path) -> Notice:
    """SQLite keeps the last changes beside the file under the name by which it was opened."""
    return Notice(
        "database_linked",
        f"{file} has a second name (a hard link). Whoever opens it by that name misses the last changes, and what is "
        "written there damages it: remove that name. `hallcall backup` makes a copy.",
        f"{file} 有第二个名称（硬链接）。用那个名称打开会缺少最近的更改，写入则会损坏数据库："
        "请删除那个名称。备份请用 `hallcall backup`。",
    )


def warnings(deployment: Deployment, config: Config) -> Iterator[Notice]:
    """What there is to say now."""
    if deployment.unopened:
        yield keys_foreign(deployment.unopened)
    if config.wide and len(deployment.halls) > 1:
        yield demo_limits()
    if (file := config.database_file) and names(file) > 1:
        yield linked(file)
