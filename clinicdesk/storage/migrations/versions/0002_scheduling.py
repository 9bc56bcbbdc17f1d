"""When things are open, who waits for a time, and what has to be ready before a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage.base import Id, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns of scheduling."""
    op.add_column(
        "clinic", sa.Column("duration_percentile", sa.Integer(), nullable=False, server_default="80")
    )
    op.add_column("clinic", sa.Column("duration_cases", sa.Integer(), nullable=False, server_default="10"))
    op.add_column("resource", sa.Column("serves", sa.String(length=40), nullable=False, server_default="all"))
    op.add_column("paper", sa.Column("day", sa.Date(), nullable=True))
    op.create_index("ix_paper_day", "paper", ["day"], unique=False)
    _availability()
    _waiting()
    _preparation()


def _availability() -> None:
    op.create_table(
        "resource_hours",
        sa.Column("id", Id, nullable=False),
        sa.Column("resource_id", Id, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.CheckConstraint("closes > opens", name=op.f("ck_resource_hours_ends_after_start")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_hours_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_hours")),
    )
    op.create_index(op.f("ix_resource_hours_resource_id"), "resource_hours", ["resource_id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", Id, nullable=False),
        sa.Column("resource_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_closure_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_closure_created_by")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_closure_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index("ix_closure_ends_at", "closure", ["ends_at"], unique=False)
    op.create_index(op.f("ix_closure_resource_id"), "closure", ["resource_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", Id, nullable=False),
        sa.Column("surgeon_id", Id, nullable=False),
        sa.Column("room_id", Id, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("release_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_block_ends_after_start")),
        sa.CheckConstraint("every_weeks > 0", name=op.f("ck_block_some_weeks")),
        sa.ForeignKeyConstraint(["room_id"], ["resource.id"], name=op.f("fk_block_room_id")),
        sa.ForeignKeyConstraint(["surgeon_id"], ["resource.id"], name=op.f("fk_block_surgeon_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index("ix_block_room_id", "block", ["room_id", "weekday"], unique=False)
    op.create_table(
        "block_release",
        sa.Column("block_id", Id, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("released_at", Instant(), nullable=False),
        sa.Column("released_by", Id, nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_block_release_block_id")),
        sa.ForeignKeyConstraint(["released_by"], ["app_user.id"], name=op.f("fk_block_release_released_by")),
        sa.PrimaryKeyConstraint("block_id", "on_date", name=op.f("pk_block_release")),
    )


def _waiting() -> None:
    op.create_table(
        "booking_wish",
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.Text(), nullable=False),
        sa.Column("day_part", sa.String(length=40), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_wish_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking_wish")),
    )
    op.create_table(
        "booking_call",
        sa.Column("id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_call_booking_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_booking_call_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_call")),
    )
    op.create_index(op.f("ix_booking_call_booking_id"), "booking_call", ["booking_id"], unique=False)


def _preparation() -> None:
    op.create_table(
        "preparation_item",
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_preparation_item_booking_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_preparation_item_user_id")),
        sa.PrimaryKeyConstraint("booking_id", "key", name=op.f("pk_preparation_item")),
    )
