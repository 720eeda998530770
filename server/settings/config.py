"""The deployment's settings, read once from HALLCALL_* environment variables. docs/configuration.md lists them.

A variable that is unset or empty has its default. `NAME_FILE` names a file that holds the value of a secret, for
orchestrators that hand out secrets as files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from server.clock import TrialClock
from server.domain.keeping import SHORTEST_DAYS, Keeping
from server.settings.channels import Channels
from server.settings.environment import POSTGRES, SQLITE, ConfigError, Reader

__all__ = ["Config", "ConfigError", "Limits"]
ASYNC_MODES = ("eventlet", "gevent", "threading")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")
ANY_ADDRESS = ("0.0.0.0", "::")  # compared, not listened on # noqa: S104 # nosec B104
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """Rate limits, tries per minute.

    user: wrong passwords per user name. address: wrong passwords per address. public: requests per address at each
    door that needs no account (tickets, pairing codes). sockets: open ones per address, at a time. messages: a second
    of one socket, of a device or of staff; a fifth of it of any other. closed_sockets: how many of an address may be
    closed for what they sent before its new ones have to wait. connections: of any kind, per address, at a time.
    """

    user: int = 10
    address: int = 60
    public: int = 120
    sockets: int = 1000
    messages: int = 100
    closed_sockets: int = 5
    connections: int = 2000


@dataclass(frozen=True, slots=True)
class Config:
    """How this deployment runs. Times are milliseconds.

    public_url: what QR codes say, without a slash at the end. trusted_proxies: networks whose X-Forwarded-* are
    believed. sites: other origins that may frame the screen and read the board. data: the folder of database, cache
    and keys. local_token: of the command line on this machine, made at each start of the server and written to
    `admin_token_file`. channels: by which notices leave. archive: the folder of what left the database, by the rules
    of `keeping`. hosts: the names by which the server may be called, any when there are none. wide: the limits are
    those of a demo.

    Nothing here may import what the asynchronous library has to patch first (server/bootstrap.py).
    """

    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    sites: tuple[str, ...]
    data: Path
    database_url: str
    async_mode: str
    log_level: str
    log_format: str
    session_idle_ms: int
    session_ms: int
    bearer_ms: int
    limits: Limits
    limits_chosen: bool
    demo_password: str | None = field(repr=False)
    metrics_token: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    trial_clock: TrialClock | None
    channels: Channels = field(repr=False)
    archive: Path
    keeping: Keeping
    local_token: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()
    wide: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read and check all settings. Raises ConfigError for the first bad value."""
        read = Reader(environ)
        host, port = read.host("HALLCALL_HOST", "127.0.0.1"), read.number("HALLCALL_PORT", 8000, 1, 65535)
        data = read.folder("HALLCALL_DATA", _default_data(environ))
        return cls(
            host=host,
            port=port,
            public_url=read.url("HALLCALL_PUBLIC_URL") or _address(host, port),
            trusted_proxies=read.networks("HALLCALL_TRUSTED_PROXIES"),
            hosts=read.hosts("HALLCALL_HOSTS"),
            sites=read.origins("HALLCALL_SITES"),
            data=data,
            database_url=read.database("HALLCALL_DATABASE_URL") or f"sqlite:///{(data / 'hallcall.db').as_posix()}",
            async_mode=read.choice("HALLCALL_ASYNC_MODE", "eventlet", ASYNC_MODES),
            log_level=read.choice("HALLCALL_LOG_LEVEL", "info", LOG_LEVELS),
            log_format=read.choice("HALLCALL_LOG_FORMAT", "text", LOG_FORMATS),
            session_idle_ms=read.number("HALLCALL_SESSION_IDLE_HOURS", 12, 1, 24 * 30) * HOUR_MS,
            session_ms=read.number("HALLCALL_SESSION_DAYS", 7, 1, 90) * DAY_MS,
            bearer_ms=read.number("HALLCALL_BEARER_DAYS", 90, 1, 3650) * DAY_MS,
            limits=Limits(
                user=read.number("HALLCALL_LIMIT_SIGN_IN_USER", Limits.user, 1, 10**6),
                address=read.number("HALLCALL_LIMIT_SIGN_IN_ADDRESS", Limits.address, 1, 10**6),
                public=read.number("HALLCALL_LIMIT_PUBLIC", Limits.public, 1, 10**6),
                sockets=read.number("HALLCALL_LIMIT_SOCKETS", Limits.sockets, 1, 10**6),
                messages=read.number("HALLCALL_LIMIT_MESSAGES", Limits.messages, 20, 10**6),
                closed_sockets=read.number("HALLCALL_LIMIT_CLOSED_SOCKETS", Limits.closed_sockets, 1, 10**6),
                connections=read.number("HALLCALL_LIMIT_CONNECTIONS", Limits.connections, 10, 10**6),
            ),
            limits_chosen=any(name.startswith("HALLCALL_LIMIT_") and value for name, value in environ.items()),
            demo_password=read.secret("HALLCALL_DEMO_PASSWORD"),
            metrics_token=read.secret("HALLCALL_METRICS_TOKEN"),
            redis_url=read.redis("HALLCALL_REDIS_URL"),
            trial_clock=read.trial_clock("HALLCALL_TRIAL_CLOCK"),
            channels=Channels.read(read),
            archive=read.folder("HALLCALL_ARCHIVE", data / "archive", below=data),
            keeping=Keeping(
                days=read.number_or_none("HALLCALL_KEEP_DAYS", 90, SHORTEST_DAYS, 36_500),
                years=read.number_or_none("HALLCALL_ARCHIVE_YEARS", 0, 1, 100),
            ),
        )

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database, None when it lives in memory or is no SQLite database."""
        if self.on_postgres:
            return None
        name = self.database_url.removeprefix(SQLITE).partition("?")[0]
        return None if name in ("", ":memory:") else Path(name).absolute()

    @property
    def on_postgres(self) -> bool:
        """Whether the database is PostgreSQL: the driver must be loaded after what the asynchronous library patches."""
        return self.database_url.startswith(POSTGRES)

    @property
    def lock_file(self) -> Path:
        """Locked by the one server, or the one command that writes, of this data folder."""
        return self.data / "serve.lock"

    @property
    def handover_file(self) -> Path:
        """Where the running server can be asked for its listening socket (server/listening/handover.py)."""
        return self.data / "serve.ask"

    @property
    def announcer_token_file(self) -> Path:
        """The token of the announcer on this machine."""
        return self.data / "announcer.token"

    @property
    def admin_token_file(self) -> Path:
        """The token with which the command line on this machine asks the running server."""
        return self.data / "admin.token"

    @property
    def url_file(self) -> Path:
        """Where the running server is: its address on this machine, then the one that others use."""
        return self.data / "server.url"

    @property
    def demo_file(self) -> Path:
        """What `hallcall demo --show` shows; there is one where the demo hall was made."""
        return self.data / "demo.json"

    @property
    def keys_file(self) -> Path:
        """What opens names and phone numbers (services/notices/keys.py)."""
        return self.data / "keys.json"

    @property
    def languages(self) -> Path:
        """The files of the visitors' languages that the hall adds (docs/languages.md)."""
        return self.data / "languages"

    @property
    def backups(self) -> Path:
        """Copies that were made before a migration or a restore."""
        return self.data / "backups"

    @property
    def listening_url(self) -> str:
        """Where the server listens, as it was set: 0.0.0.0 is every network."""
        return _url(self.host, self.port)

    @property
    def local_url(self) -> str:
        """Where a program on this machine reaches the server."""
        return _address(self.host, self.port)

    @property
    def public_per_minute(self) -> int:
        """Requests per minute and address at a door that needs no account."""
        return self.limits.public

    def trusts(self, address: str) -> bool:
        """Whether `address` is a proxy whose X-Forwarded-* headers are believed."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted_proxies)

    def for_demo(self) -> Config:
        """The same with limits wide enough for one machine to play a whole hall, unless limits were chosen."""
        if self.limits_chosen:
            return self
        limits = Limits(address=600, public=10**6, sockets=10**6, connections=10**6)
        return replace(self, limits=limits, wide=True)

    def for_halls(self, codes: Collection[str]) -> Config:
        """The same with the usual limits when a hall stands beside the demo's: they are for the demo alone."""
        return replace(self, limits=Limits(), wide=False) if self.wide and len(codes) > 1 else self


def _address(host: str, port: int) -> str:
    return _url("127.0.0.1" if host in ANY_ADDRESS else host, port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _default_data(environ: Mapping[str, str]) -> Path:
    """`var/` in a checkout; else where the platform keeps a program's files."""
    if (CHECKOUT / "hall.py").is_file():
        return CHECKOUT / "var"
    if os.name == "nt":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Hallcall"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Hallcall"
    return Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "hallcall"
