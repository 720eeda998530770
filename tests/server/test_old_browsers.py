"""Every built page can say that a browser is too old for it, before its own script is read."""

from __future__ import annotations

import re

import pytest

from server.pages import DIST, PAGES


@pytest.mark.parametrize("name", sorted(set(PAGES.values())))
def test_the_first_script_of_each_page_is_a_classic_one_that_old_browsers_read(name: str) -> None:
    scripts = re.findall(r"<script[^>]*>", (DIST / name / "index.html").read_text(encoding="utf-8"))
    address = re.search(r'src="/(assets/old-\w+\.js)"', scripts[0])
    assert address and "module" not in scripts[0] and "defer" not in scripts[0]
    source = (DIST / address[1]).read_text(encoding="utf-8")
    assert "这个浏览器版本太旧" in source and "This browser is too old" in source
