"""Numbers of tickets that a hall keeps over the end of a day: nobody else gets them that day."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_kept"
down_revision = "2026_12_01_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_kept",
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_number_kept_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "number", name=op.f("pk_number_kept")),
    )


def downgrade() -> None:
    op.drop_table("number_kept")
