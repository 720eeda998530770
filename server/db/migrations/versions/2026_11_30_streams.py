"""From which event on a hall's stream goes without a break: a copy that is put back begins a new one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_streams"
down_revision = "2026_11_30_reopened"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hall_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stream_from", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("hall_head", schema=None) as batch_op:
        batch_op.drop_column("stream_from")
