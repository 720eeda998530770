"""What changes accounts, halls and devices: directly while the server is stopped, through it while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from server.cli.desk import writing
from server.clock import now_ms
from server.data_folder.lock import Held
from server.settings.config import Config
from server.settings.language import language, words

if TYPE_CHECKING:
    from server.services.hall_setup.hall_import import Imported
    from server.services.runtime.deployment import Deployment

WAIT_S = 10
#: A day is taken out in small steps, with pauses in which the hall works.
ARCHIVE_WAIT_S = 3600


class HandsError(RuntimeError):
    """The running server could not be asked, or refused; the message is a sentence. params: of its refusal."""

    def __init__(self, sentence: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.params = params or {}


class Hands(Protocol):
    """The changes that an administrator makes from the command line. Each raises Refusal or HandsError."""

    def add_user(self, *, username: str, name: str, role: str, password: str) -> None:
        """Make an account."""

    def change_user(self, username: str, *, password: str | None = None, disabled: bool | None = None) -> None:
        """Give an account another password, close it or open it."""

    def import_hall(self, content: dict[str, Any], *, confirm: bool) -> Imported:
        """Make or change a hall.

        The error of a change that hits appointments has them in its `appointments`, unless `confirm`.
        """

    def try_hall(self, content: dict[str, Any]) -> Imported:
        """What a change of a hall would do; nothing changes."""

    def add_device(self, *, hall: str, kind: str, zone: str | None, name: str | None) -> tuple[dict[str, Any], str]:
        """Pair a device; its description and its token."""

    def revoke_device(self, device_id: int) -> None:
        """End a device's rights."""

    def enter_tickets(
        self, hall: str, tickets: list[dict[str, Any]], *, key: str, check: bool, reason: str
    ) -> dict[str, Any]:
        """Enter numbers given by hand (service, taken, maybe number): {"numbers" that wait now, "entered": when}.

        The same key enters them once a day, and is answered as at first. check: nothing is entered. Who cannot be
        entered is in the error's `wrong`.
        """

    def archive_day(self, hall: str, *, days: int, after: str) -> dict[str, Any] | None:
        """Take the first old day after `after` out, when `days` days stay: {"day", "rows"}; None when none is left."""


@contextmanager
def at_work(settings: Config) -> Iterator[Hands]:
    """Hands on the deployment of these settings. Raises HandsError when a running server cannot be asked."""
    with ExitStack() as stack:
        try:
            deployment = stack.enter_context(writing(settings))
        except Held:
            yield _remote(settings)
        else:
            yield Direct(deployment, settings)


def _remote(settings: Config) -> Hands:
    try:
        url, token = settings.admin_token_file.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        raise HandsError(
            words(
                "Another command or a starting server holds the data folder: try again in a moment.",
                "数据文件夹正被其他命令或正在启动的服务器占用，请稍后重试。",
            )
        ) from None
    return Remote(url, token)


class Direct:
    """In this process, which holds the data folder."""

    def __init__(self, deployment: Deployment, settings: Config) -> None:
        self.deployment, self.settings = deployment, settings

    def add_user(self, *, username: str, name: str, role: str, password: str) -> None:
        """Make an account."""
        from server.services.accounts.users import create_user

        create_user(self.deployment, username=username, name=name, role=role, password=password, now=now_ms())

    def change_user(self, username: str, *, password: str | None = None, disabled: bool | None = None) -> None:
        """Give an account another password, close it or open it."""
        from server.services.accounts.users import edit_user

        edit_user(self.deployment, username=username, password=password, disabled=disabled, now=now_ms())

    def import_hall(self, content: dict[str, Any], *, confirm: bool) -> Imported:
        """Make or change a hall."""
        from server.services.hall_setup.hall_file import check_hall
        from server.services.hall_setup.hall_import import import_hall
        from server.services.runtime.actor import SYSTEM

        return import_hall(self.deployment, check_hall(content), actor=SYSTEM, now=now_ms(), confirm=confirm)

    def try_hall(self, content: dict[str, Any]) -> Imported:
        """What a change of a hall would do."""
        from server.services.hall_setup.hall_file import check_hall
        from server.services.hall_setup.hall_import import try_import
        from server.services.runtime.actor import SYSTEM

        return try_import(self.deployment, check_hall(content), actor=SYSTEM, now=now_ms())

    def add_device(self, *, hall: str, kind: str, zone: str | None, name: str | None) -> tuple[dict[str, Any], str]:
        """Pair a device; its description and its token."""
        from server.services.devices.devices import make_device

        return make_device(self.deployment, hall=hall, kind=kind, zone=zone, name=name, now=now_ms())

    def revoke_device(self, device_id: int) -> None:
        """End a device's rights."""
        from server.services.devices.devices import revoke

        revoke(self.deployment, device_id=device_id, now=now_ms())

    def enter_tickets(
        self, hall: str, tickets: list[dict[str, Any]], *, key: str, check: bool, reason: str
    ) -> dict[str, Any]:
        """Enter numbers that were given by hand."""
        from server.schemas import bodies
        from server.schemas.offline_bodies import HandTickets
        from server.services.offline import paper_numbers
        from server.services.runtime.actor import HERE
        from server.services.runtime.command_bus import run_command

        wanted = paper_numbers.asked(bodies.parse(HandTickets, {"tickets": tickets}))
        answer = run_command(
            self.deployment,
            paper_numbers.enter,
            hall_code=hall,
            actor=HERE,
            now=now_ms(),
            key=key,
            tickets=wanted,
            check=check,
            reason=reason,
        )
        return answer.body

    def archive_day(self, hall: str, *, days: int, after: str) -> dict[str, Any] | None:
        """Take an old day out."""
        from server.services.archive.archiving import Archiver

        archiver = Archiver(self.deployment, folder=self.settings.archive, keeping=self.settings.keeping)
        taken = archiver.take_next(hall, now=now_ms(), days=days, after=after)
        return {"day": taken.day, "rows": dict(taken.rows)} if taken else None


class Remote:
    """Through the running server's REST, with the token that it left in the data folder."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def add_user(self, *, username: str, name: str, role: str, password: str) -> None:
        """Make an account."""
        self._ask("POST", "/users", {"username": username, "name": name, "role": role, "password": password})

    def change_user(self, username: str, *, password: str | None = None, disabled: bool | None = None) -> None:
        """Give an account another password, close it or open it."""
        body = {"password": password, "disabled": disabled}
        self._ask("PATCH", f"/users/{_quoted(username)}", {key: one for key, one in body.items() if one is not None})

    def import_hall(self, content: dict[str, Any], *, confirm: bool) -> Imported:
        """Make or change a hall."""
        wish = "?confirm=true" if confirm else ""
        answer = self._ask("PUT", f"/halls/{_quoted(str(content['code']))}/file{wish}", content)
        return _imported(answer)

    def try_hall(self, content: dict[str, Any]) -> Imported:
        """What a change of a hall would do."""
        answer = self._ask("PUT", f"/halls/{_quoted(str(content['code']))}/file?check=true", content)
        return _imported(answer)

    def add_device(self, *, hall: str, kind: str, zone: str | None, name: str | None) -> tuple[dict[str, Any], str]:
        """Pair a device; its description and its token."""
        body = {"kind": kind, "zone": zone, "name": name}
        answer = self._ask("POST", f"/halls/{_quoted(hall)}/devices", body)
        return answer["device"], answer["token"]

    def revoke_device(self, device_id: int) -> None:
        """End a device's rights."""
        self._ask("DELETE", f"/devices/{device_id}", None)

    def enter_tickets(
        self, hall: str, tickets: list[dict[str, Any]], *, key: str, check: bool, reason: str
    ) -> dict[str, Any]:
        """Enter numbers that were given by hand."""
        body = {"tickets": tickets, "check": check, "reason": reason}
        return self._ask("POST", f"/halls/{_quoted(hall)}/tickets/by-hand", body, key=key)

    def archive_day(self, hall: str, *, days: int, after: str) -> dict[str, Any] | None:
        """Take an old day out."""
        body = {"days": days} | ({"after": after} if after else {})
        answer = self._ask("POST", f"/halls/{_quoted(hall)}/archive", body, wait_s=ARCHIVE_WAIT_S)
        return answer if answer["day"] else None

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None, *, wait_s: int = WAIT_S, key: str | None = None
    ) -> dict[str, Any]:
        import requests

        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": language()}
        headers |= {"Idempotency-Key": key} if key else {}
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between us and this machine
            try:
                answer = session.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=wait_s)
                content = answer.json()
            except (requests.RequestException, ValueError) as error:
                raise HandsError(
                    words(
                        f"The server that holds the data folder did not answer at {self.url}.",
                        f"占用数据文件夹的服务器 {self.url} 没有应答。",
                    )
                ) from error
        if not answer.ok:
            raise HandsError(_refusal(content), content["error"]["params"])
        return dict(content)


def _imported(answer: dict[str, Any]) -> Imported:
    from server.services.hall_setup.hall_import import Imported

    return Imported(bool(answer["made"]), list(answer["appointments_hit"]), list(answer["serves_ended"]))


def _refusal(content: Any) -> str:
    error = content["error"]
    listed = [f"  {one['message']}" for one in error["params"].get("problems", [])]
    if not listed:
        return str(error["message"])
    return "\n".join([words("The file cannot be used:", "文件无法使用："), *listed])


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
