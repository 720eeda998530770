"""Bringing a database to the newest schema, in one transaction and with a copy made before.

A new revision: change tables.py, call `new_revision`, read and mend what it wrote, set migrations.HEAD.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from server.data_folder.durable import keep_private, make_private
from server.db.migrations import HEAD
from server.db.schema import MigrationError, Place, named, revision_of

FOLDER = Path(__file__).parent / "migrations"


def upgrade(place: Place, *, to: str = HEAD) -> None:
    """Bring a database to a schema in one transaction; the file of an SQLite one is made when it is missing.

    Raises MigrationError for a schema that this program does not know, or when rows would be left that refer to
    nothing; then nothing has changed.
    """
    _run("upgrade", place, to)


def downgrade(place: Place, *, to: str) -> None:
    """Take a database back to an older schema ("base": none)."""
    _run("downgrade", place, to)


def known_revisions() -> list[str]:
    """All revisions, oldest first."""
    from alembic.script import ScriptDirectory

    return [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def differences(place: Place) -> list[Any]:
    """What Alembic finds different between a database and tables.py; empty when the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from server.db.tables import metadata

    with _transaction(place) as connection:
        context = MigrationContext.configure(connection)
        return list(compare_metadata(context, metadata))


def new_revision(place: Place, *, name: str, message: str) -> None:
    """Write a new revision file from what differs between tables.py and a database that is at HEAD."""
    from alembic import command

    with _transaction(place) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=name)


def bring_up(connection: Connection, direction: str = "upgrade", *, to: str = HEAD) -> None:
    """Run the migrations in the transaction of a connection."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    getattr(command, direction)(config, to)


def _run(direction: str, place: Place, to: str) -> None:
    found = revision_of(place)
    if found is not None and found not in known_revisions():
        where = named(place)
        raise MigrationError(f"{where} was made by a newer Hallcall (schema {found}; this program knows {HEAD}).")
    with _transaction(place) as connection:
        bring_up(connection, direction, to=to)


def _transaction(place: Place) -> AbstractContextManager[Connection]:
    return _in_file(place) if isinstance(place, Path) else at_address(place)


@contextmanager
def _in_file(file: Path) -> Iterator[Connection]:
    make_private(file.parent)
    keep_private(file)
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
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if orphans:
                raise MigrationError(
                    f"{file}: rows of {orphans[0][0]} would refer to nothing; the database is unchanged."
                )
    finally:
        engine.dispose()


@contextmanager
def at_address(url: str) -> Iterator[Connection]:
    """A transaction for tools in a PostgreSQL database. Raises MigrationError, after which nothing has changed."""
    from server.db.postgres.database import LOCKS, NO_HALL, engine_for, reason_of

    try:
        with engine_for(url) as engine, engine.begin() as connection:
            # Two that start at the same moment migrate one after the other.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCKS}, {NO_HALL})")
            yield connection
    except SQLAlchemyError as error:
        raise MigrationError(f"{named(url)} is unchanged ({reason_of(error)}).") from error


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s")
    return config
