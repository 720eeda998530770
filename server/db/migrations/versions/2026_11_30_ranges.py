"""Numbers of an existing hall: prefixes of none to three letters, ranges and digits of each queue."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_ranges"
down_revision = "2026_11_30_streams"
branch_labels = None
depends_on = None

OLD, NEW = sa.String(length=2), sa.String(length=3)
#: A prefix, and where its range begins later the first serial.
COUNTED = sa.String(length=12)


def upgrade() -> None:
    with op.batch_alter_table("counter_type", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=OLD, type_=NEW, existing_nullable=False)
        batch_op.drop_constraint(op.f("uq_counter_type_hall_id_prefix"), type_="unique")
        batch_op.add_column(sa.Column("first", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("last", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("digits", sa.Integer(), nullable=True))
    with op.batch_alter_table("number_given", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=OLD, type_=COUNTED, existing_nullable=False)
    with op.batch_alter_table("number_block", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=OLD, type_=NEW, existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("number_block", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=NEW, type_=OLD, existing_nullable=False)
    with op.batch_alter_table("number_given", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=COUNTED, type_=OLD, existing_nullable=False)
    with op.batch_alter_table("counter_type", schema=None) as batch_op:
        batch_op.drop_column("digits")
        batch_op.drop_column("last")
        batch_op.drop_column("first")
        batch_op.create_unique_constraint(op.f("uq_counter_type_hall_id_prefix"), ["hall_id", "prefix"])
        batch_op.alter_column("prefix", existing_type=NEW, type_=OLD, existing_nullable=False)
