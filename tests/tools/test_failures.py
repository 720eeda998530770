"""What goes wrong on a new machine is told in a sentence, never in a traceback."""

from __future__ import annotations

import ast
import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import packages, work
from tools.command import sentence
from tools.packages import check_disk
from tools.places import ROOT
from tools.say import Failure, Step, chinese
from tools.work import explain

LOG = Path("var/setup/x.log")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "Check the network"),
        ("ERROR: No matching distribution found for setuptools>=68", "Check the network"),
        ("npm error code ENOTFOUND", "Check the network"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN\nread timed out", "NODE_EXTRA_CA_CERTS"),
        ("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')", "PIP_CERT"),
        ("error TS2304: Cannot find name 'x'", "error TS2304"),
    ],
)
def test_the_output_of_a_failed_program_becomes_a_sentence(output, said):
    assert said in explain(output, what="Pages", log=LOG)


def test_a_failed_program_leaves_its_whole_output_in_a_log(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LOGS", tmp_path)
    script = "import sys; print('\\n'.join(map(str, range(100)))); sys.exit(4)"
    with pytest.raises(Failure, match="Pages failed") as caught:
        work.run([sys.executable, "-c", script], step=Step("Pages"), what="Pages")
    assert "\n    99" in str(caught.value)
    assert "\n    50" not in str(caught.value)
    assert (tmp_path / "pages.log").read_text(encoding="utf-8").splitlines()[50] == "50"


def test_a_program_that_is_not_there_is_a_failure():
    with pytest.raises(Failure, match="npm packages"):
        work.run(["/no/such/npm"], step=Step("npm packages"), what="npm packages")


def test_a_nearly_full_disk_is_refused_before_anything_is_fetched(monkeypatch, tmp_path):
    usage = type("Usage", (), {"free": 3e8})
    monkeypatch.setattr(packages.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Failure, match=r"0\.3 GB free"):
        check_disk(tmp_path)


def test_hall_py_parses_on_an_old_python():
    ast.parse((ROOT / "hall.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_so():
    pretend = "import runpy, sys; sys.version_info = (3, 8, 1); runpy.run_path('hall.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.8.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_machine_refuses_is_a_sentence():
    assert "disk is full" in sentence(OSError(errno.ENOSPC, "No space left on device"))
    assert sentence(PermissionError(errno.EACCES, "Permission denied", "/opt/x")) == "Permission denied (/opt/x)"


def hall(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    full = {**os.environ, "LC_ALL": "C.UTF-8", **env}
    command = [sys.executable, "hall.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=full, capture_output=True, text=True, check=False, timeout=60)


def test_run_on_a_taken_port_says_so_before_any_setup():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        done = hall("run", "--port", str(port))
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert done.stdout == ""


def test_a_setting_that_is_no_port_is_a_sentence():
    done = hall("run", HALLCALL_PORT="eighty")
    assert done.returncode == 1
    assert "HALLCALL_PORT='eighty'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("go",), ("run", "--port", "0"), ("run", "--port", "x"), ("test", "all")])
def test_wrong_usage_is_status_2(arguments):
    done = hall(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({"LANG": "zh_CN.UTF-8"}, True), ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False), ({"LANG": "en_GB"}, False)],
)
def test_the_terminals_language(environ, expected):
    assert chinese(environ) is expected
