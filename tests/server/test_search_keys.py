"""By what a service is found when somebody types it."""

from __future__ import annotations

import pytest

from server.services.hall_setup.search_keys import SearchKeys, search_keys
from server.services.queries import snapshots
from tests.server.small_hall import Desk


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("户口办理", "hukoubanli", "hkbl"),
        ("银行业务", "yinhangyewu", "yhyw"),  # 行 is hang here
        ("行驶证", "xingshizheng", "xsz"),  # and xing here
        ("重庆户籍", "chongqinghuji", "cqhj"),
        ("女士", "nvshi", "ns"),
        ("驾驶证（换证）", "jiashizhenghuanzheng", "jszhz"),
        ("表 A1 办理", "biaoa1banli", "ba1bl"),
        ("ＶＩＰ 服务", "vipfuwu", "vipfw"),
        ("買買提·吐爾遜", "maimaititu", "mmtt"),
        ("𠮷", "𠮷", "𠮷"),
        ("Passports", "passports", "passports"),
        ("——", "", ""),
    ],
)
def test_the_keys_of_a_name(name: str, pinyin: str, initials: str) -> None:
    keys = search_keys(name)
    assert keys.pinyin.startswith(pinyin)
    assert keys.initials.startswith(initials)
    assert keys == SearchKeys(keys.pinyin, keys.initials)


def test_every_service_of_a_hall_has_its_keys(desk: Desk) -> None:
    board = desk.see(snapshots.public_snapshot)
    assert board["hall"]["services"]
    assert all(one["search"]["initials"] for one in board["hall"]["services"])
