"""Appointments that are still booked are found without reading all that ever were."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_unclaimed"
down_revision = "2026_11_26_bookings"
branch_labels = None
depends_on = None

_BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_booked", ["hall_id", "start_at"], sqlite_where=_BOOKED, postgresql_where=_BOOKED
        )


def downgrade() -> None:
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_booked", sqlite_where=_BOOKED, postgresql_where=_BOOKED)
