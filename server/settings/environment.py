"""Reading the environment: each kind of value with its check, and one sentence for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from server.clock import TrialClock

SQLITE, POSTGRES = "sqlite:///", "postgresql+psycopg://"
FASTEST = 1000
HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?")
_SITE = re.compile(r"(https?)://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?/?")
REDIS = ("redis://", "rediss://", "unix://")


class ConfigError(ValueError):
    """A setting is not usable. The message is one sentence that names the variable."""


class Reader:
    """Reads variables of an environment, each by its kind. All raise ConfigError for what cannot be used."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str) -> str | None:
        """The value, None when there is none."""
        return self.environ.get(name, "").strip() or None

    def secret(self, name: str) -> str | None:
        """The value, or the content of the file that `name`_FILE names."""
        value, file = self.text(name), self.text(f"{name}_FILE")
        if file is None:
            return value
        if value is not None:
            raise ConfigError(f"{name} and {name}_FILE are both set: keep one of them.")
        try:
            content = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE: {file} cannot be read ({_reason(error)}).") from error
        if not content:
            raise ConfigError(f"{name}_FILE: {file} is empty.")
        return content

    def folder(self, name: str, default: Path, *, below: Path | None = None) -> Path:
        """A folder as an absolute path; "~" is a home. below: where a relative one lies, else the present folder."""
        text = self.text(name)
        try:
            return ((below or Path()) / Path(text or default).expanduser()).absolute()
        except RuntimeError:
            raise ConfigError(f"{name} must be a folder, and there is no home for the beginning of {text!r}.") from None

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number."""
        text = self.text(name)
        if text is None:
            return default
        if not _is_number(text, low, high):
            raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
        return int(text)

    def number_or_none(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number; 0 is none."""
        text = self.text(name)
        if text != "0" and text is not None and not _is_number(text, low, high):
            raise ConfigError(f"{name} must be 0 or a whole number from {low} to {high}, not {text!r}.")
        return default if text is None else int(text)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        text = (self.text(name) or default).lower()
        if text not in choices:
            raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
        return text

    def host(self, name: str, default: str) -> str:
        """An address or a host name."""
        text = self.text(name) or default
        if "/" in text or any(letter.isspace() for letter in text) or text.count(":") == 1:
            raise ConfigError(f"{name} must be an address or a host name without port, not {text!r}.")
        return text

    def url(self, name: str) -> str | None:
        """An http address without a path."""
        text = self.text(name)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            usable = bool(parts.scheme in ("http", "https") and parts.hostname and not parts.query and parts.port != 0)
        except ValueError:
            usable = False
        if not usable or parts.fragment or parts.path.strip("/"):
            raise ConfigError(f"{name} must be an address such as https://hall.example.cn, not {text!r}.")
        return text.rstrip("/")

    def origins(self, name: str) -> tuple[str, ...]:
        """Origins of other sites, separated by commas, as a browser writes them."""
        parts = [part.strip() for part in (self.text(name) or "").split(",")]
        return tuple(dict.fromkeys(self._origin(name, part) for part in parts if part))

    def _origin(self, name: str, text: str) -> str:
        found = _SITE.fullmatch(text.lower())
        if found is None or int(found[3] or 1) not in range(1, 65536):
            raise ConfigError(
                f"{name} must be sites separated by commas, such as https://www.example.cn, not {text!r}."
            )
        usual = {"http": "80", "https": "443"}[found[1]]
        return f"{found[1]}://{found[2]}" + (f":{int(found[3])}" if found[3] not in (None, usual) else "")

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks separated by commas."""
        parts = [part.strip() for part in (self.text(name) or "").split(",")]
        try:
            return tuple(ip_network(part, strict=False) for part in parts if part)
        except ValueError as error:
            raise ConfigError(
                f"{name} must be addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8 ({error})."
            ) from error

    def hosts(self, name: str) -> tuple[str, ...]:
        """Names of this server separated by commas, in small letters."""
        found = [part.strip().lower() for part in (self.text(name) or "").split(",")]
        for part in filter(None, found):
            if not HOST.fullmatch(part):
                raise ConfigError(f"{name} must be names separated by commas, such as hall.example.cn, not {part!r}.")
        return tuple(filter(None, found))

    def database(self, name: str) -> str | None:
        """The address of a database."""
        text = self.secret(name)
        if text is not None and not text.startswith((SQLITE, POSTGRES)):
            # The value may hold a password: it is not repeated.
            raise ConfigError(
                f"{name} must be an address such as sqlite:////var/lib/hallcall/hallcall.db or "
                "postgresql+psycopg://user:password@host/hallcall."
            )
        return text

    def redis(self, name: str) -> str | None:
        """The address of Redis, which connects the servers of one PostgreSQL database."""
        text = self.secret(name)
        if text is None:
            return None
        try:
            usable = text.startswith(REDIS) and urlsplit(text).port != 0
        except ValueError:
            usable = False
        if not usable:
            # The value may hold a password: it is not repeated.
            raise ConfigError(
                f"{name} must be an address such as redis://:password@host:6379/0 or unix:///run/redis.sock."
            )
        if not (self.secret("HALLCALL_DATABASE_URL") or "").startswith(POSTGRES):
            raise ConfigError(
                f"{name} must be left out, or HALLCALL_DATABASE_URL name a PostgreSQL database: SQLite has one server."
            )
        return text

    def trial_clock(self, name: str) -> TrialClock | None:
        """A time faster than life: "60", or "60@2026-11-27T07:30:00+08:00" with the time that it begins at."""
        text = self.text(name)
        if text is None:
            return None
        speed, _, start = text.partition("@")
        try:
            clock = TrialClock(float(speed), int(datetime.fromisoformat(start).timestamp() * 1000) if start else None)
            usable = 0.1 <= clock.speed <= FASTEST and (not start or datetime.fromisoformat(start).tzinfo is not None)
        except (ValueError, OverflowError, OSError):
            usable = False
        if not usable:
            raise ConfigError(
                f"{name} must be how many times faster than life the hall's time runs, up to {FASTEST}, maybe with the "
                f"time that it begins at: 60@2026-11-27T07:30:00+08:00, not {text!r}."
            )
        return clock


def _is_number(text: str, low: int, high: int) -> bool:
    """Whether it is a whole number from low to high. Python reads no number of thousands of digits."""
    return text.isascii() and text.isdigit() and len(text.lstrip("0")) <= len(str(high)) and low <= int(text) <= high


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
