"""The command line of hall.py."""

from __future__ import annotations

import argparse
import errno
from collections.abc import Sequence

from tools.checks import FAST, LONG, PARTS, test
from tools.network import is_port
from tools.say import Failure, prepare_terminal, tell_failure, words
from tools.serve import serve


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 failed and said why, 2 wrong usage."""
    prepare_terminal()
    options = parser().parse_args(arguments)
    try:
        if options.command == "run":
            return serve(lan=options.lan, port=options.port)
        return test(options.parts, faults=options.faults, seed=options.seed)
    except Failure as failure:
        tell_failure(failure)
    except KeyboardInterrupt:
        tell_failure(Failure(words("by Ctrl-C.", "按下了 Ctrl-C。")))
    except OSError as error:
        # A full disk or a folder without rights shows up anywhere; none of it deserves a traceback.
        tell_failure(Failure(sentence(error)))
    return 1


def sentence(error: OSError) -> str:
    """What the machine refused, and what to do about a full disk."""
    if error.errno == errno.ENOSPC:
        return words("the disk is full. Free about 1 GB and start again.", "磁盘已满。请腾出约 1 GB 空间后重新启动。")
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"


def parser() -> argparse.ArgumentParser:
    """What hall.py understands."""
    top = argparse.ArgumentParser(prog="hall.py", description=words("Run a hall, or its tests.", "运行大厅或其测试。"))
    commands = top.add_subparsers(dest="command", required=True, metavar="run | test")
    run = commands.add_parser("run", help=words("set everything up and open the hall", "准备并启动大厅"))
    run.add_argument("--lan", action="store_true", help=words("listen on the network", "在局域网内开放"))
    run.add_argument("--port", type=_port, metavar="N", help=words("the port (8000)", "端口（8000）"))
    check = commands.add_parser("test", help=words("set up and run the tests", "准备并运行测试"))
    check.add_argument(
        "parts",
        nargs="*",
        metavar="python | pages | browser | engines | fast",
        type=_part,
        help=words(
            "only these parts (all but engines, which installs old browsers; fast is for each commit)",
            "只运行这些部分（默认全部，engines 除外：它会安装旧浏览器；fast 供每次提交前使用）",
        ),
    )
    check.add_argument(
        "--faults",
        type=_count,
        metavar="MINUTES",
        help=words("only the faults under load, for so long", "只运行负载下的故障测试，持续指定分钟数"),
    )
    check.add_argument(
        "--seed",
        type=_seed,
        metavar="N",
        help=words("with --faults: the order of this number", "与 --faults 同用：重复该编号的顺序"),
    )
    return top


def _port(text: str) -> int:
    if not is_port(text):
        raise argparse.ArgumentTypeError(
            words(
                f"{text!r} is no port: a number from 1 to 65535 is wanted",
                f"{text!r} 不是端口：应为 1 到 65535 之间的数字",
            )
        )
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(
            words(f"{text!r} is no number of minutes: 1 or more is wanted", f"{text!r} 不是分钟数：应为 1 或更大的整数")
        )
    return int(text)


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(words(f"{text!r} is no number", f"{text!r} 不是数字")) from None


def _part(text: str) -> str:
    if text not in PARTS + LONG + FAST:
        raise argparse.ArgumentTypeError(
            words(
                "expected python, pages, browser, engines or fast",
                "应为 python、pages、browser、engines 或 fast",
            )
        )
    return text
