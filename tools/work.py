"""Run one program of the setup: progress while it runs, its whole output in a log, its failure as a sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.places import LOGS, ROOT, environment
from tools.say import Failure, Step, words

DISK = ("no space left on device", "enospc", "not enough space on the disk", "disk quota exceeded")
CERTIFICATE = (
    "self_signed_cert_in_chain",
    "certificate_verify_failed",
    "self-signed certificate",
    "self signed certificate",
    "unable_to_get_issuer_cert",
    "unable to get local issuer certificate",
    "unable_to_verify_leaf_signature",
)
NETWORK = (
    "name resolution",
    "name or service not known",
    "getaddrinfo failed",
    "max retries exceeded",
    "newconnectionerror",
    "connection refused",
    "network is unreachable",
    "connecttimeout",
    "read timed out",
    "no route to host",
    "enotfound",
    "eai_again",
    "etimedout",
    "econnrefused",
    "econnreset",
    "err_socket_timeout",
    "network request to",
    "no matching distribution found",
    "temporary failure resolving",
    "could not resolve",
)


def explain(output: str, *, what: str, log: Path) -> str:
    """Turn the output of a failed program into one sentence with what to do.

    A package index that cannot be reached makes pip say "no matching distribution", so that counts as network.
    """
    text = output.lower()
    if any(sign in text for sign in DISK):
        return words(
            f"{what}: the disk is full. Free about 1 GB and start again.",
            f"{what}：磁盘已满。请腾出约 1 GB 空间后重新启动。",
        )
    if any(sign in text for sign in CERTIFICATE):
        return words(
            f"{what}: the certificate of the package registry is not trusted here, as behind a proxy that reads HTTPS. "
            "Put the proxy's certificate into a file, name it in PIP_CERT and NODE_EXTRA_CA_CERTS, and start again. "
            f"Details: {log}",
            f"{what}：本机不信任软件包仓库的证书（常见于会解密 HTTPS 的代理）。请把代理的证书存为文件，"
            f"在 PIP_CERT 和 NODE_EXTRA_CA_CERTS 中指定该文件后重新启动。详情：{log}",
        )
    if any(sign in text for sign in NETWORK):
        return words(
            f"{what}: the package registry could not be reached. Check the network (behind a proxy set HTTPS_PROXY) "
            f"and start again; what was fetched is kept. Details: {log}",
            f"{what}：无法连接软件包仓库。请检查网络（使用代理时设置 HTTPS_PROXY）后重新启动，"
            f"已下载的内容会保留。详情：{log}",
        )
    tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-12:])
    return words(
        f"{what} failed. Its last lines:\n{tail}\n  Details: {log}", f"{what}失败。最后的输出：\n{tail}\n  详情：{log}"
    )


def run(
    command: Sequence[str | Path],
    *,
    step: Step,
    what: str,
    progress: Callable[[str], str | None] = lambda line: None,
    extra: dict[str, str] | None = None,
) -> str:
    """Run a program to its end and return its output; `progress` turns a line into what the step shows.

    Raises: Failure, explained, when it cannot start or its exit status is not 0.
    """
    lines: list[str] = []
    try:
        with subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                shown = progress(line.rstrip())
                if shown:
                    step.progress(shown)
    except OSError as error:
        step.broke()
        raise Failure(explain(str(error), what=what, log=Path("-"))) from error
    output = "".join(lines)
    if process.returncode != 0:
        step.broke()
        raise Failure(explain(output, what=what, log=_keep(what, output)))
    return output


def _keep(what: str, output: str) -> Path:
    """Write the output to a log; when even that fails (a full disk), the sentence alone must do."""
    log = LOGS / (what.replace(" ", "-").lower() + ".log")
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        log.write_text(output, encoding="utf-8")
    except OSError:
        return Path("-")
    return log
