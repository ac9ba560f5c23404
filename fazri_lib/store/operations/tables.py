"""Tables of the operations database: accounts, roles, sessions, attempts to sign in, the audit log, decisions.

Instants are UTC without a zone. What a migration made is what stands here: a test compares the two on both engines.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

DIGEST = 64
"""Characters of a SHA-256 digest in hexadecimal digits."""
_BIG = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER is SQLite's own row number

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

users = Table(
    "users",
    metadata,
    Column("user_id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("password_at", DateTime, nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("locked_at", DateTime),
    Column("last_login_at", DateTime),
    sqlite_autoincrement=True,
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(32), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Integer, primary_key=True),  # never given twice: sockets are known by it
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token_hash", String(DIGEST), nullable=False, unique=True),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("seen_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("address", String(64), nullable=False),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("name_hash", String(16), primary_key=True),  # names that no account has are counted, too
    Column("failures", Integer, nullable=False),
    Column("last_at", DateTime, nullable=False, index=True),
    Column("wait_until", DateTime),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("address", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(DIGEST), nullable=False),
    Column("hash", String(DIGEST), nullable=False),
    Index("ix_audit_event_subject", "event", "subject"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="one"), primary_key=True, autoincrement=False),
    Column("count", _BIG, nullable=False),
    Column("hash", String(DIGEST), nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Integer, primary_key=True),
    Column("left_directory", String(64), nullable=False),
    Column("left_key", Text, nullable=False),
    Column("right_directory", String(64), nullable=False),
    Column("right_key", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String(128), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("as_of", DateTime, nullable=False),
    Column("withdrawn_by", String(128)),
    Column("withdrawn_at", DateTime),
    Column("withdrawn_as_of", DateTime),
    sqlite_autoincrement=True,
)
