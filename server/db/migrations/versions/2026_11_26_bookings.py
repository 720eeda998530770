"""Places in the queues, visits of several services, appointments, contacts, notices."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_bookings"
down_revision = "2026_11_24_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("delete_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_contact_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_delete_at"), ["delete_at"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("status_code", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("lookup", sa.String(length=64), nullable=True),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('booked', 'checked_in', 'late', 'cancelled', 'missed')", name=op.f("ck_appointment_state")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_appointment_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_appointment_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_appointment_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("hall_id", "day", "code", name=op.f("uq_appointment_hall_id_day_code")),
        sa.UniqueConstraint("service_id", "start_at", "seat", name=op.f("uq_appointment_service_id_start_at_seat")),
        sa.UniqueConstraint("token", name=op.f("uq_appointment_token")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_hall_day", ["hall_id", "day", "state"], unique=False)
        batch_op.create_index("ix_appointment_person", ["hall_id", "person"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state in ('queued', 'sent', 'failed', 'dropped')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_notice_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_notice_hall_id_hall")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_notice_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("hall_id", "key", "channel", name=op.f("uq_notice_hall_id_key_channel")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_next_try", ["next_try_at"], unique=False)
        batch_op.create_index("ix_notice_newest", ["hall_id", "created_at"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("counter_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("class_code", sa.String(length=40), nullable=False),
        sa.Column("reference_at", sa.BigInteger(), nullable=False),
        sa.Column("kappa_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("target_counter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_type_id"], ["counter_type.id"], name=op.f("fk_place_counter_type_id_counter_type")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_place_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_place_service_id_service")),
        sa.ForeignKeyConstraint(["target_counter_id"], ["counter.id"], name=op.f("fk_place_target_counter_id_counter")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_place_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("ticket_id", "step", name=op.f("uq_place_ticket_id_step")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(
            "ix_place_kappa_at",
            ["counter_type_id", "class_code", "kappa_at", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("target_counter_id IS NULL"),
            postgresql_where=sa.text("target_counter_id IS NULL"),
        )
        batch_op.create_index(
            "ix_place_queue",
            ["hall_id", "counter_type_id", "service_id", "target_counter_id", "waiting_since"],
            unique=False,
        )
        batch_op.create_index(
            "ix_place_reference_at",
            ["counter_type_id", "class_code", "reference_at", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("target_counter_id IS NULL"),
            postgresql_where=sa.text("target_counter_id IS NULL"),
        )
        batch_op.create_index(
            "ix_place_target",
            ["target_counter_id", "class_code", "kappa_at", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("target_counter_id IS NOT NULL"),
            postgresql_where=sa.text("target_counter_id IS NOT NULL"),
        )

    with op.batch_alter_table("hall_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lanes", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("type_calls", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("next_due_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("return_after", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("asides", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("quantity", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("steps", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("person", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("rating", sa.SmallInteger(), nullable=True))
        batch_op.drop_index(
            batch_op.f("ix_ticket_waiting_for_counter"),
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NOT NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_ticket_waiting_kappa_at"),
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_ticket_waiting_reference_at"),
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NULL"),
        )
        batch_op.create_index(
            "ix_ticket_due",
            ["hall_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_ticket_parked",
            ["counter_type_id", "return_after"],
            unique=False,
            sqlite_where=sa.text("return_after IS NOT NULL"),
            postgresql_where=sa.text("return_after IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_ticket_person",
            ["hall_id", "day", "person"],
            unique=False,
            sqlite_where=sa.text("person IS NOT NULL"),
            postgresql_where=sa.text("person IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_appointment_id_appointment"), "appointment", ["appointment_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_contact_id_contact"), "contact", ["contact_id"], ["id"], ondelete="SET NULL"
        )

    op.create_index(
        "ix_event_ticket",
        "event",
        ["ticket_id", "seq"],
        unique=False,
        sqlite_where=sa.text("ticket_id IS NOT NULL"),
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )

    # Whoever waits keeps their place.
    op.execute(
        "INSERT INTO place (hall_id, ticket_id, step, counter_type_id, service_id, class_code, reference_at, kappa_at,"
        " waiting_since, target_counter_id) SELECT hall_id, id, 0, counter_type_id, service_id, class_code,"
        " reference_at, kappa_at, waiting_since, target_counter_id FROM ticket WHERE state = 'waiting'"
    )


def downgrade() -> None:
    op.drop_index(
        "ix_event_ticket",
        table_name="event",
        sqlite_where=sa.text("ticket_id IS NOT NULL"),
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_contact_id_contact"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ticket_appointment_id_appointment"), type_="foreignkey")
        batch_op.drop_index(
            "ix_ticket_person",
            sqlite_where=sa.text("person IS NOT NULL"),
            postgresql_where=sa.text("person IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_ticket_parked",
            sqlite_where=sa.text("return_after IS NOT NULL"),
            postgresql_where=sa.text("return_after IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_ticket_due", sqlite_where=sa.text("due_at IS NOT NULL"), postgresql_where=sa.text("due_at IS NOT NULL")
        )
        batch_op.create_index(
            batch_op.f("ix_ticket_waiting_reference_at"),
            ["counter_type_id", "class_code", "reference_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ticket_waiting_kappa_at"),
            ["counter_type_id", "class_code", "kappa_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ticket_waiting_for_counter"),
            ["target_counter_id", "kappa_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting' AND target_counter_id IS NOT NULL"),
        )
        batch_op.drop_column("rating")
        batch_op.drop_column("person")
        batch_op.drop_column("contact_id")
        batch_op.drop_column("appointment_id")
        batch_op.drop_column("steps")
        batch_op.drop_column("quantity")
        batch_op.drop_column("asides")
        batch_op.drop_column("return_after")
        batch_op.drop_column("due_at")

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_column("rules")

    with op.batch_alter_table("hall_head", schema=None) as batch_op:
        batch_op.drop_column("next_due_at")
        batch_op.drop_column("type_calls")
        batch_op.drop_column("lanes")

    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_place_target",
            sqlite_where=sa.text("target_counter_id IS NOT NULL"),
            postgresql_where=sa.text("target_counter_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_place_reference_at",
            sqlite_where=sa.text("target_counter_id IS NULL"),
            postgresql_where=sa.text("target_counter_id IS NULL"),
        )
        batch_op.drop_index("ix_place_queue")
        batch_op.drop_index(
            "ix_place_kappa_at",
            sqlite_where=sa.text("target_counter_id IS NULL"),
            postgresql_where=sa.text("target_counter_id IS NULL"),
        )

    op.drop_table("place")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_newest")
        batch_op.drop_index("ix_notice_next_try")

    op.drop_table("notice")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_person")
        batch_op.drop_index("ix_appointment_hall_day")

    op.drop_table("appointment")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_delete_at"))

    op.drop_table("contact")
