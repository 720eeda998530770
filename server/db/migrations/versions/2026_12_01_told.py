"""What a clerk told the visitor at a hold."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_told"
down_revision = "2026_12_01_withdrawn_slots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("told")
