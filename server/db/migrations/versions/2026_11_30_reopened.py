"""How long a ticket was closed before it was opened again: that time is no service time."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_reopened"
down_revision = "2026_11_27_blocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("idle_ms", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("idle_ms")
