"""Bringing a database to the newest schema, in one transaction and with a copy made before.

A new revision: change tables.py, call `new_revision`, read and mend what it wrote, set migrations.HEAD.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from server.db.migrations import HEAD
from server.db.schema import MigrationError, revision_of

FOLDER = Path(__file__).parent / "migrations"


def upgrade(file: Path, *, to: str = HEAD) -> None:
    """Bring a database file, made when it is missing, to a schema in one transaction.

    Raises MigrationError for a schema that this program does not know, or when rows would be left that refer to
    nothing; then nothing has changed.
    """
    _run("upgrade", file, to)


def downgrade(file: Path, *, to: str) -> None:
    """Take a database back to an older schema ("base": none)."""
    _run("downgrade", file, to)


def known_revisions() -> list[str]:
    """All revisions, oldest first."""
    from alembic.script import ScriptDirectory

    return [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def differences(file: Path) -> list[Any]:
    """What Alembic finds different between a database and tables.py; empty when the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from server.db.tables import metadata

    with _transaction(file) as connection:
        context = MigrationContext.configure(connection)
        return list(compare_metadata(context, metadata))


def new_revision(file: Path, *, name: str, message: str) -> None:
    """Write a new revision file from what differs between tables.py and a database that is at HEAD."""
    from alembic import command

    with _transaction(file) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=name)


def _run(direction: str, file: Path, to: str) -> None:
    from alembic import command

    found = revision_of(file)
    if found is not None and found not in known_revisions():
        raise MigrationError(f"{file} was made by a newer Hallcall (schema {found}; this program knows {HEAD}).")
    file.parent.mkdir(parents=True, exist_ok=True)
    config = _config()
    with _transaction(file) as connection:
        config.attributes["connection"] = connection
        getattr(command, direction)(config, to)
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise MigrationError(f"{file}: rows of {orphans[0][0]} would refer to nothing; the database is unchanged.")


@contextmanager
def _transaction(file: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{file.as_posix()}", poolclass=NullPool)

    # Foreign keys cannot be switched inside a transaction, and a table that is rebuilt would break them for a moment.
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA busy_timeout = 5000")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s")
    return config
