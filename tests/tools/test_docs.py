"""What the documents claim is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.places import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
PROGRAMS = ("server", "display", "counter_client", "kiosk", "replay", "bench", "tools", "client", "printing")
# Read by a name that is put together.
FILE_TWINS = {
    "HALLCALL_DATABASE_URL_FILE",
    "HALLCALL_DEMO_PASSWORD_FILE",
    "HALLCALL_METRICS_TOKEN_FILE",
    "HALLCALL_REDIS_URL_FILE",
    "HALLCALL_SMTP_URL_FILE",
    "HALLCALL_WEBHOOK_SECRET_FILE",
}


#: Told by `hall.py run` to what it starts, nobody's setting.
INNER = {"HALLCALL_RUNNER_PID"}


def sources() -> str:
    files = [file for room in PROGRAMS for file in (ROOT / room).rglob("*.py") if "node_modules" not in file.parts]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_setting_is_documented_and_every_documented_setting_is_read():
    named = set(re.findall(r"HALLCALL_[A-Z_]*[A-Z]\b", sources())) - INNER | FILE_TWINS
    documented = set(re.findall(r"HALLCALL_[A-Z_]*[A-Z]\b", (ROOT / "docs" / "configuration.md").read_text("utf-8")))
    assert named == documented


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_is_named_exists(document: Path) -> None:
    """Also where it is named from server/, as in services/calling/due.py; the changelog tells of the past."""
    if document.name == "CHANGELOG.md":
        return
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.:{-])((?:[\w-]+/)+[\w-]+\.(?:py|ts|vue|mjs|toml|cfg|sh|css|html))\b", text)
    for path in {path for path in named if not re.search("[A-Z]{4}", path)}:  # SUBJECT stands for a name to choose
        assert (ROOT / path).exists() or (ROOT / "server" / path).exists(), path


def test_every_decision_has_a_status() -> None:
    pattern = r"Status: (accepted|partly superseded by \[ADR \d+\]\(.*\)|superseded by \[ADR \d+\]\(.*\))\.$"
    for document in (ROOT / "docs" / "adr").glob("0*.md"):
        assert re.search(pattern, document.read_text(encoding="utf-8"), re.MULTILINE), document.name


def test_the_readme_speaks_of_the_same_things_in_both_languages():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    pattern = r"`(/[\w./-]*|hall\.py \w+|clerk1|HALLCALL_\w+)`|\]\((docs/[^)]*|LICENSE|CHANGELOG\.md)\)"
    assert set(re.findall(pattern, english)) == set(re.findall(pattern, chinese))
