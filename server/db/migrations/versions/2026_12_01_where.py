"""The way to a zone and to a counter in a few words, and directions from a zone's screens."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_where"
down_revision = "2026_11_30_ranges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("zone", sa.Column("where_words", sa.JSON(none_as_null=True)))
    op.add_column("zone", sa.Column("directions", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("counter", sa.Column("where_words", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("counter", "where_words")
    op.drop_column("zone", "directions")
    op.drop_column("zone", "where_words")
