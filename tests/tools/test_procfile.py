from __future__ import annotations

import pytest

from tools.places import ROOT
from tools.procfile import Line, read_procfile
from tools.say import Failure


def test_exec_is_dropped_and_the_program_is_found():
    text = "# the hall\nweb: exec hallcall serve\n\nvoice:   hallcall announcer --zone 'A B'\n"
    lines = read_procfile(text, resolve=lambda name: f"/bin/{name}")
    assert lines == [
        Line("web", ("/bin/hallcall", "serve")),
        Line("voice", ("/bin/hallcall", "announcer", "--zone", "A B")),
    ]


@pytest.mark.parametrize("text", ["web hallcall serve", "web:", "w b: exec x", ""])
def test_a_line_that_is_none_is_refused(text):
    with pytest.raises(Failure, match="Procfile"):
        read_procfile(text)


def test_our_own_procfile_runs_the_server_first_and_the_announcer():
    lines = read_procfile((ROOT / "Procfile").read_text(encoding="utf-8"), resolve=lambda name: name)
    assert [line.command for line in lines] == [("hallcall", "serve"), ("hallcall", "announcer")]
