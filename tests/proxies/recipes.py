"""The proxies of docs/scale.md, run as they stand there; only addresses, ports and folders are this machine's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.browser.demo_hall import free_port
from tests.proxies.clients import until
from tools.network import answers
from tools.places import ROOT, is_debian_root

SCALE = ROOT / "docs" / "scale.md"
APT_S = 300
APACHE_MODULES = (
    "mpm_event",
    "authz_core",
    "proxy",
    "proxy_http",
    "slotmem_shm",
    "proxy_balancer",
    "lbmethod_byrequests",
    "headers",
    "deflate",
    "filter",
)


def recipe(kind: str) -> str:
    """The first block of this kind in docs/scale.md."""
    found = re.search(rf"```{kind}\n(.*?)```", SCALE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/scale.md has no {kind}"
    return found[1]


def program(name: str, package: str) -> str | None:
    """Its path, installed from Debian where nothing would be started by that; None where it cannot be had."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if found is None and is_debian_root() and not Path("/run/systemd/system").exists():
        install = ["apt-get", "install", "-y", "--no-install-recommends", package]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(install, check=False, timeout=APT_S, env=quiet, capture_output=True)
        found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    return found


@dataclass
class Proxy:
    """A proxy that runs. `source` is the client address that its tests use, so that limits are each proxy's own."""

    name: str
    port: int
    source: str
    command: list[str]
    reload_command: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(self.command, stdout=said, stderr=said, env=self.env)
        until(lambda: answers("127.0.0.1", self.port) or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text(encoding="utf-8")

    def reload(self) -> None:
        command = self.reload_command
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)


def nginx(folder: Path, servers: tuple[int, int], path: str) -> tuple[int, list[str], list[str]]:
    """Its port, how it is started and how reloaded."""
    port = free_port()
    written = ours(recipe("nginx"), servers).replace("listen 80;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    whole = (
        f"daemon off;\nuser root;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temp}{written}}}\n"
    )
    (folder / "nginx.conf").write_text(whole if os.geteuid() == 0 else whole.replace("user root;\n", ""))
    command = [path, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    return port, command, [*command, "-s", "reload"]


def haproxy(folder: Path, servers: tuple[int, int], path: str) -> tuple[int, list[str], list[str]]:
    port = free_port()
    written = ours(recipe("haproxy"), servers).replace("bind :80", f"bind 127.0.0.1:{port}")
    (folder / "haproxy.cfg").write_text(written.replace("maxconn 20000", "maxconn 500"))  # few files may be open
    command = [path, "-W", "-db", "-f", str(folder / "haproxy.cfg"), "-p", str(folder / "pid")]
    return port, command, ["sh", "-c", f"kill -USR2 $(head -1 {folder}/pid)"]


def apache(folder: Path, servers: tuple[int, int], path: str) -> tuple[int, list[str], list[str]]:
    port = free_port()
    modules = Path("/usr/lib/apache2/modules")
    loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in APACHE_MODULES)
    written = ours(recipe("apache"), servers).replace("*:80", f"127.0.0.1:{port}")
    whole = (
        f"ServerName hall.test\nServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/pid\n"
        f"Listen 127.0.0.1:{port}\nErrorLog {folder}/error.log\n{loaded}"
        f"User www-data\nGroup www-data\nAddOutputFilterByType DEFLATE application/json\n{written}"
    )
    (folder / "apache.conf").write_text(whole)
    command = [path, "-f", str(folder / "apache.conf")]
    return port, [*command, "-DFOREGROUND"], [*command, "-k", "graceful"]


def caddy(folder: Path, servers: tuple[int, int], path: str) -> tuple[int, list[str], list[str]]:
    port, admin = free_port(), free_port()
    written = ours(recipe("caddy"), servers).replace("http://hall.example.cn", f"http://127.0.0.1:{port}")
    (folder / "Caddyfile").write_text(f"{{\n    admin 127.0.0.1:{admin}\n}}\n{written}")
    config = ["--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    return port, [path, "run", *config], [path, "reload", *config, "--address", f"127.0.0.1:{admin}", "--force"]


def ours(written: str, servers: tuple[int, int]) -> str:
    """A recipe with the addresses of the test's servers."""
    for address, port in zip(("10.0.0.11:8000", "10.0.0.12:8000"), servers, strict=True):
        assert address in written
        written = written.replace(address, f"127.0.0.1:{port}")
    return written


KINDS = {
    "nginx": (nginx, "nginx", "nginx-light"),
    "haproxy": (haproxy, "haproxy", "haproxy"),
    "apache": (apache, "apache2", "apache2"),
    "caddy": (caddy, "caddy", "caddy"),
}


def made(name: str, folder: Path, servers: tuple[int, int]) -> Proxy | None:
    """A proxy by its recipe, not started yet; None where its program cannot be had."""
    how, binary, package = KINDS[name]
    path = program(binary, package)
    if path is None:
        return None
    folder.mkdir()
    port, command, reload_command = how(folder, servers, path)
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    source = f"127.0.1.{list(KINDS).index(name) + 1}"
    return Proxy(name, port, source, command, reload_command, home, folder / "said.log")
