"""Whether staff took a ticket out: it is counted apart from those whose visitors left."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_removed"
down_revision = "2026_12_01_where_said"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False))
    # The event says who it was.
    op.execute(
        "UPDATE ticket SET removed = (1 = 1) WHERE state = 'cancelled' AND id IN (SELECT ticket_id FROM event"
        " WHERE kind = 'ticket_cancelled' AND content LIKE '%\"because\":\"staff\"%')"
    )


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("removed")
