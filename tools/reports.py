"""What the checks' own reports (JUnit XML) say of each test: which failed, and which were the slowest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.say import words

#: So many of the slowest tests are named.
SLOWEST = 10


@dataclass(frozen=True)
class Case:
    """One test of one check, its seconds, and whether it failed."""

    check: str
    name: str
    took_s: float
    failed: bool


def read(check: str, file: Path) -> list[Case]:
    """The tests of a check by its report; none where it wrote no whole report."""
    try:
        # Our own test programs wrote it a moment ago.
        tests = ElementTree.parse(file).iter("testcase")  # noqa: S314 # nosec B314
    except (OSError, ElementTree.ParseError):
        return []
    return [_case(check, test) for test in tests]


def _case(check: str, test: ElementTree.Element) -> Case:
    # pytest names the file apart; vitest calls the file a class.
    place = test.get("file") or test.get("classname")
    failed = test.find("failure") is not None or test.find("error") is not None
    return Case(check, f"{place}::{test.get('name')}", float(test.get("time", "0")), failed)


def tell(cases: Sequence[Case]) -> None:
    """Print the slowest tests of all checks, then each that failed."""
    slowest = sorted(cases, key=lambda case: -case.took_s)[:SLOWEST]
    failed = [case for case in cases if case.failed]
    if slowest:
        print("\n=== " + words("the slowest tests", "最慢的测试"))
    for case in slowest:
        print(f"  {case.took_s:7.1f} s  {case.name} ({case.check})")
    if failed:
        print("\n=== " + words("failed tests", "未通过的测试"))
    for case in failed:
        print(f"  {case.name} ({case.check})")
