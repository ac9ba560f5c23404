"""Decisions of reviewers: which records are one person."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("left_directory", sa.String(64), nullable=False),
        sa.Column("left_key", sa.Text(), nullable=False),
        sa.Column("right_directory", sa.String(64), nullable=False),
        sa.Column("right_key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.String(128)),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("withdrawn_as_of", sa.DateTime()),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
        sqlite_autoincrement=True,
    )
