"""Until when a service was stopped by hand."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_stops"
down_revision = "2026_12_01_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service", sa.Column("stop", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("service", "stop")
