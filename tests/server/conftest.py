from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.db.open import open_database
from server.domain.keeping import Keeping
from server.services.archive.archiving import Archiver
from tests import databases
from tests.server.archives import KEEP
from tests.server.shell import Shell
from tests.server.small_hall import Desk, make_hall
from tests.server.test_hall_file import SMALL


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes houses with the small hall; keyword arguments are its settings."""
    made: list[Desk] = []

    def make(**settings: Any) -> Desk:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Desk(folder, **settings))
        return made[-1]

    yield make
    for desk in made:
        desk.database.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A house with the small hall."""
    return make_desk()


@pytest.fixture
def url() -> str:
    """The address of a PostgreSQL database with the small hall, whatever --database says."""
    made = databases.server().fresh()
    with closing(open_database(made)) as database, database.transaction() as connection:
        make_hall(connection)
    return made


@pytest.fixture
def archiver(desk: Desk, tmp_path: Path) -> Archiver:
    """What takes old days out of the house with the small hall."""
    return Archiver(desk.deployment, folder=tmp_path / "archive", keeping=Keeping(days=KEEP))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A terminal with an empty data folder."""
    return Shell(tmp_path)


@pytest.fixture
def office(shell: Shell) -> Shell:
    """A terminal whose data folder has the small hall, named small."""
    shell.run("init", "--from", shell.file(SMALL))
    return shell
