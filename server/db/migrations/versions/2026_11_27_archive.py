"""Old days leave the database for files: what was taken out is written down, and what refers to a row is found."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_archive"
down_revision = "2026_11_27_unclaimed"
branch_labels = None
depends_on = None

#: Columns that refer to rows that are deleted now.
_REFER = (
    ("appointment", "contact_id"),
    ("notice", "ticket_id"),
    ("notice", "appointment_id"),
    ("print_job", "ticket_id"),
    ("ticket", "session_id"),
    ("ticket", "appointment_id"),
    ("ticket", "contact_id"),
)


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_archive_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "day", "part", name=op.f("pk_archive")),
    )
    for table, column in _REFER:
        there = None if table == "print_job" else sa.text(f"{column} IS NOT NULL")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(f"ix_{table}_{column}", [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for table, column in reversed(_REFER):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_{column}")
    op.drop_table("archive")
