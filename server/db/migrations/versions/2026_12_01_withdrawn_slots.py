"""Appointments that a change of the hall hit, and those that staff kept all the same."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_withdrawn_slots"
down_revision = "2026_12_01_where"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hit", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("kept_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_column("kept_at")
        batch_op.drop_column("hit")
