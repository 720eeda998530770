"""What a counter serves otherwise than its hall file says, until a time."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_serves"
down_revision = "2026_12_01_removed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("counter", sa.Column("changes", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("counter", "changes")
