"""Unsaved work, sealed for whoever typed it."""

from __future__ import annotations

import base64

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage.base import Id, Instant
from clinicdesk.storage.derived import proof

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of drafts, and let what proves a password be something that opens nothing."""
    op.create_table(
        "draft_key",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_draft_key_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_draft_key")),
    )
    op.create_table(
        "draft",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("panel", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("user_id", "panel", "subject", "subject_id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_kept_at", "draft", ["kept_at"], unique=False)
    _prove_by_what_opens_nothing()


def _prove_by_what_opens_nothing() -> None:
    """What was stored is what Argon2id made of the password; from now on it is the proof derived from that."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT user_id, encoded FROM verifier")).all()
    for user_id, encoded in rows:
        head, _mark, made = encoded.rpartition("$")
        if not head.startswith("$argon2id$"):
            continue
        derived = base64.b64decode(made + "=" * (-len(made) % 4))
        stored = base64.b64encode(proof(derived)).decode().rstrip("=")
        connection.execute(
            sa.text("UPDATE verifier SET encoded = :encoded WHERE user_id = :user_id"),
            {"user_id": user_id, "encoded": f"$argon2id-hkdf${head.removeprefix('$argon2id$')}${stored}"},
        )
