from __future__ import annotations

import sys

import pytest

from tools import browser, checks, reports
from tools.checks import Check, Outcome, summarise
from tools.say import Failure


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_one_failure_makes_the_whole_fail(capsys):
    assert summarise([Outcome("ruff", 0, 1.0), Outcome("pytest", 1, 2.0)]) == 1
    assert "pytest           FAILED" in capsys.readouterr().out
    assert summarise([Outcome("ruff", 0, 1.0)]) == 0
    assert summarise([]) == 1


def test_a_part_that_cannot_be_set_up_fails_and_the_others_still_run(monkeypatch, capsys):
    ran = []

    def refuse():
        raise Failure("install a browser")

    def good():
        return [Check("good", (sys.executable, "-c", "print('ran')"), {})]

    monkeypatch.setattr(checks, "ensure_packages", lambda tests: ran.append("packages"))
    monkeypatch.setattr(checks, "browser_checks", refuse)
    monkeypatch.setattr(checks, "page_checks", good)
    assert checks.test(["browser", "pages"]) == 1
    told = capsys.readouterr()
    assert "install a browser" in told.err
    assert "browser          could not run" in told.out
    assert "good             passed" in told.out


def test_without_a_browser_and_without_root_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    monkeypatch.setattr(browser, "is_debian_root", lambda: False)
    with pytest.raises(Failure, match="apt install chromium"):
        browser.ensure_browser()


def test_the_named_browser_is_taken_and_a_wrong_name_is_none(monkeypatch, tmp_path):
    own = tmp_path / "my-chrome"
    own.write_text("")
    monkeypatch.setenv("HALLCALL_BROWSER", str(own))
    assert browser.find_browser() == own
    monkeypatch.setenv("HALLCALL_BROWSER", str(tmp_path / "none"))
    assert browser.find_browser() is None


REPORT = """<testsuites><testsuite>
<testcase file="tests/a.py" classname="tests.a" name="test_slow" time="3.5"/>
<testcase classname="web/b.test.ts" name="b &gt; fails" time="0.5"><failure message="no"/></testcase>
</testsuite></testsuites>"""


def test_the_end_names_the_slowest_and_the_failed_tests_of_all_checks(monkeypatch, capsys):
    writes = f"import sys; open(sys.argv[1].removeprefix('--out='), 'w').write({REPORT!r})"
    check = Check("good", (sys.executable, "-c", writes), {}, report="--out")
    monkeypatch.setattr(checks, "ensure_packages", lambda tests: None)
    monkeypatch.setattr(checks, "page_checks", lambda: [check, Check("silent", (sys.executable, "-c", ""), {})])
    assert checks.test(["pages"]) == 0
    end = capsys.readouterr().out.split("the slowest tests")[1]
    slowest, failed = end.split("failed tests")
    assert slowest.index("3.5 s  tests/a.py::test_slow (good)") < slowest.index("web/b.test.ts::b > fails")
    assert "web/b.test.ts::b > fails (good)" in failed and "test_slow" not in failed


def test_a_report_that_is_not_whole_names_no_test(tmp_path):
    (tmp_path / "cut.xml").write_text(REPORT[:60])
    assert reports.read("cut", tmp_path / "cut.xml") == reports.read("none", tmp_path / "none.xml") == []
