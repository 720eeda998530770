"""Runs of numbers that ticket machines give while the server is away."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_blocks"
down_revision = "2026_11_27_archive"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_block",
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("keeper", sa.String(length=22), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_number_block_device_id_device")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_number_block_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "day", "prefix", "first", name=op.f("pk_number_block")),
    )


def downgrade() -> None:
    op.drop_table("number_block")
