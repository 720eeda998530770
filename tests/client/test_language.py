"""In which language a terminal is spoken to."""

import pytest

from client.language import words


@pytest.mark.parametrize(("setting", "said"), [("zh_CN.UTF-8", "中"), ("en_GB.UTF-8", "en"), ("C", "en")])
def test_the_terminal_is_spoken_to_in_its_language(monkeypatch, setting, said):
    monkeypatch.setenv("LC_ALL", setting)
    assert words("en", "中") == said
