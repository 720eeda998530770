"""What all tables share: the metadata with its naming of constraints, and the usual columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, text
from sqlalchemy.ext.compiler import compiles

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only when the key is declared INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
Code = String(40)


@compiles(String, "postgresql")
def _of_any_length(_type: String, _compiler: Any, **_options: Any) -> str:
    """Lengths say what is meant. SQLite never held to them: what it can store shall not fail in PostgreSQL."""
    return "VARCHAR"


def row_id() -> Column[int]:
    """The key of a table's rows."""
    return Column("id", RowId, primary_key=True)


def of_hall() -> Column[int]:
    """The hall that a row belongs to."""
    return Column("hall_id", ForeignKey("hall.id"), nullable=False)


def referred_by(column: Column[int]) -> None:
    """Let a row that others refer to by this column be deleted without reading the whole table."""
    there = text(f"{column.name} IS NOT NULL") if column.nullable else None
    Index(f"ix_{column.table.name}_{column.name}", column, sqlite_where=there, postgresql_where=there)
