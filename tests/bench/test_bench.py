"""Tiny runs: the benchmarks work, clean up, and print their figures. How fast anything is, is not tested here."""

import json
import re
import socket
import sqlite3
import sys
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import LONG, SUITE, bench
from bench.attackers import KINDS
from bench.figures import Figure, Table, milliseconds, per_second, percentile
from bench.kept import check_calls
from bench.report import DOCUMENT, document, middle, read
from bench.screen import Screen, check_shown


def free_ports() -> int:
    """The first of three ports that are free together."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                for more in (1, 2):
                    socket.create_server(("127.0.0.1", port + more)).close()
            except (OSError, OverflowError):
                continue
        return port


@pytest.fixture(autouse=True)
def folder_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other programs leave in the machine's temporary folder is not ours."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def run(*arguments: str) -> str:
    before = set(Path(tempfile.gettempdir()).glob("hallcall-bench-*"))
    result = CliRunner().invoke(bench, [*arguments, "--port", str(free_ports())], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert set(Path(tempfile.gettempdir()).glob("hallcall-bench-*")) <= before
    return result.output


def figures_of(output: str) -> dict[str, str]:
    """The first column by its name: columns are at least two spaces apart."""
    rows = [re.split(r" {2,}", line.strip()) for line in output.splitlines() if re.match(r"  \S", line)]
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["call", "--calls", "6", "--clerks", "2", "--displays", "1"],
            ["1 clerk, p50", "1 clerk, p99", "2 clerks hammering"],
        ),
        (
            ["postgresql", "--calls", "4", "--clerks", "21", "--displays", "1", "--seconds", "1"],
            ["1 clerk, p50", "21 clerks hammering", "21 clerks hammering, asking outlooks, p99"],
        ),
        (["issue", "--tickets", "8", "--at-once", "2"], ["1 at a time, p50", "2 at once, no number twice"]),
        (
            ["growth", "--waiting", "10", "--rounds", "1", "--calls", "2"],
            ["10 waiting: call next", "10 waiting: the outlook"],
        ),
        (
            ["poll", "--polls", "40", "--tickets", "4", "--at-once", "2"],
            ["304 before Flask, 2 at once", "304 by Flask, 2 at once"],
        ),
        (["storm", "--sockets", "12"], ["the last is right again"]),
        (
            ["back", "--sockets", "6", "--calls", "2"],
            ["half of them have the exact sequence", "the last has the exact sequence", "the last, with nothing"],
        ),
        (
            [
                "scale",
                "--waiting",
                "10",
                "--counters",
                "7",
                "--halls",
                "1",
                "--sockets",
                "2",
                "--rounds",
                "1",
                "--calls",
                "2",
            ],
            [
                "100 waiting: call next",
                "70 counters on duty: call next",
                "10 halls, a display in each: call next",
                "20 displays: a call to the last",
            ],
        ),
        (
            ["log", "--events", "10", "--events", "200", "--rounds", "1", "--calls", "2"],
            ["10 events: call next", "200 events: call next", "200 events: a screen's whole board"],
        ),
        (
            ["years", "--years", "1", "--days", "12", "--tickets", "1", "--seconds", "0.1"],
            ["call next while days are taken out, p50"],
        ),
        (["fanout", "--sockets", "12", "--calls", "2"], ["to the first, p50", "to the last, p50"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_tiny_run_prints_its_figures_and_leaves_nothing(arguments: list[str], expected: list[str]) -> None:
    figures = figures_of(run(*arguments))
    for name in expected:
        found = [value for label, value in figures.items() if label.startswith(name)]
        assert found and re.fullmatch(r"[\d,.]+ (ms|per s)", found[0]), (name, figures)


def test_what_a_console_downloads_is_counted_by_its_parts() -> None:
    figures = figures_of(run("download", "--waiting", "10", "--waiting", "20", "--calls", "2"))
    parts = {name: float(shown.removesuffix(" bytes").replace(",", "")) for name, shown in figures.items() if name}
    event, outlook = parts["20 waiting: an event"], parts["20 waiting: the outlook"]
    assert min(event, outlook) > 300, "a ticket in each of them"
    assert parts["20 waiting: an event and the outlook after it"] == pytest.approx(event + outlook, abs=1)
    assert parts["20 waiting: everything, per event"] == pytest.approx(event + outlook * 2 / 3, abs=1)


def test_an_attack_is_shown_beside_the_quiet_hall() -> None:
    figures = figures_of(run("attack", "--sockets", "2", "--seconds", "0.2", "--no-idle"))
    for kind in KINDS:
        assert re.fullmatch(r"[\d.]+ ms", figures[f"{kind}: a call, p99"])
        assert int(figures[f"{kind}: the log grew by"].removesuffix(" bytes").replace(",", "")) < 100_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot pass sockets: docs/operations.md says so")
def test_a_restart_is_noticed_by_displays_alone() -> None:
    figures = figures_of(run("restart", "--clerks", "1", "--displays", "2", "--times", "1"))
    assert figures["commands that failed"] == "0"
    assert re.fullmatch(r"[\d.]+ ms", figures["the longest time a display was away"])


@pytest.mark.parametrize("shown", [[4, 6], [4, 5, 5, 6], [4, 6, 5], [4, 5, 6, 7]])
def test_a_display_that_showed_anything_else_fails_the_run(shown: list[int]) -> None:
    screen = Screen(server="http://127.0.0.1:1", hall="h", token="t")
    screen.shown = [4, 5, 6]
    check_shown([screen], [4, 5, 6])
    screen.shown = shown
    with pytest.raises(RuntimeError, match=r"showed \d events instead of 3"):
        check_shown([screen], [4, 5, 6])


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        ([(1, "A1"), (2, "A2")], ""),
        ([(1, "A1"), (3, "A2")], "hole"),
        ([(1, "A1"), (2, "A2"), (3, "A1")], "called twice: A1"),
        ([(1, "A1"), (2, "A2"), (3, "A3")], "2 calls were answered, 3 stand in the log"),
        ([(1, "A1")], "2 calls were answered, 1 stand in the log"),
    ],
    ids=["right", "hole", "twice", "unasked", "lost"],
)
def test_the_log_is_asked_whether_the_clerks_were_told_the_truth(
    tmp_path: Path, log: list[tuple[int, str]], wrong: str
) -> None:
    file = tmp_path / "log.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE event (seq, kind, content)")
        rows = [(seq, "ticket_called", json.dumps({"ticket": {"number": number}})) for seq, number in log]
        connection.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
        connection.commit()
    with pytest.raises(RuntimeError, match=wrong) if wrong else nullcontext():
        check_calls(file, ["A2", "A1"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["classes", "--classes", "10", "--rounds", "1", "--calls", "2"],
            ["1 class", "10 classes: 10 parameter sets", "10 classes: 10 queues", "10 classes: 5 queues with 2"],
        ),
        (["policy", "--visits", "60", "--rounds", "1"], ["balanced, one queue", "promised, 4 queues"]),
    ],
    ids=["classes", "policy"],
)
def test_what_needs_no_server_prints_its_figures(arguments: list[str], expected: list[str]) -> None:
    before = set(Path(tempfile.gettempdir()).glob("hallcall-bench-*"))
    result = CliRunner().invoke(bench, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert set(Path(tempfile.gettempdir()).glob("hallcall-bench-*")) <= before
    figures = figures_of(result.output)
    for name in expected:
        found = [value for label, value in figures.items() if label.startswith(name)]
        assert found and re.fullmatch(r"[\d,.]+ ms", found[0]), (name, figures)


def test_the_rest_is_measured_on_linux_and_refused_elsewhere() -> None:
    if Path("/proc/self/statm").exists():
        figures = figures_of(run("rest", "--consoles", "2", "--displays", "1", "--seconds", "0.5"))
        assert figures["memory"].endswith(" MB")
        assert figures["processor, share of one core"].endswith("%")
    else:
        result = CliRunner().invoke(bench, ["rest"])
        assert result.exit_code == 1
        assert "only Linux" in result.output


def test_percentiles() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)) == (50, 99, 100)
    assert percentile([7.0], 0.5) == 7


def test_lines() -> None:
    assert milliseconds(0.00123) == "1.23 ms"
    assert milliseconds(1.5) == "1500 ms"
    assert per_second(1234.5) == "1,234 per s"
    assert Figure("a", "1 ms", "2 ms raw", 0.5).line().endswith("1 ms   2 ms raw                 x 0.50")


def test_all_keeps_what_it_measured_and_writes_the_page(tmp_path: Path) -> None:
    tiny = ["all", "--runs", "1", "--trial", str(tmp_path), "--only", "classes", "--only", "day"]
    run(*tiny)
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| memory: second half of the day | " in page
    assert "| 1 class | " in page
    assert "`storm` is not measured yet." in page
    run("all", "--runs", "1", "--trial", str(tmp_path), "--only", "storm")
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| 1 class | " in page and "| the last is right again | " in page, "what was measured before stays"


def test_a_day_calls_everybody_but_those_who_still_wait() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("the day reads /proc")
    figures = figures_of(run("day", "--hours", "2", "--speed", "1000", "--visitors", "4", "--clerks", "2"))
    assert figures["visitors called"] == "6", "two of eight come last and wait"


def test_the_page_has_a_place_for_everything_and_says_what_is_not_measured() -> None:
    page = document({})
    assert [name for name in SUITE if f"`{name}` is not measured yet." not in page] == []


@pytest.mark.parametrize(("more", "left_out"), [([], LONG), (["--long"], ())])
def test_what_is_long_is_measured_when_it_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], left_out: tuple[str, ...]
) -> None:
    def measured(_name: str, _bench: object, *, runs: int) -> dict[str, object]:
        return {"date": "2026-11-27", "machine": "m", "runs": runs, "tables": []}

    monkeypatch.setattr("bench.report.measure", measured)
    run("all", "--trial", str(tmp_path), *more)
    runs = {name: result["runs"] for name, result in read(tmp_path / "results.json").items()}
    assert (runs["day"], runs["call"]) == (1, 3), "what takes minutes is measured once"
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert [name for name in SUITE if f"`{name}` is not measured yet." in page] == [*left_out]


def test_the_median_of_several_runs_is_taken_figure_by_figure() -> None:
    runs = [
        Table("t", (Figure("a", f"{a} ms", f"limit {a}", 1.0), Figure("b", f"{b:,} per s")))
        for a, b in ((1.5, 3_000), (0.5, 1_000), (10.0, 20_000))
    ]
    assert [(one.ours, one.limit) for one in middle(runs).figures] == [("1.5 ms", "limit 1.5"), ("3,000 per s", "")]


def test_the_page_in_the_docs_is_what_was_kept() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(read())


def test_a_result_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for other"):
        document({"other": {}})
