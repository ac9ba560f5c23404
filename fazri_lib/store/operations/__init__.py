"""The operations database: accounts, sessions, audit log, decisions. Not in `fazri_lib.store`: SQLAlchemy is slow."""

from fazri_lib.store.operations.audit_rows import AuditRow
from fazri_lib.store.operations.database import Operations, Transaction
from fazri_lib.store.operations.decision_rows import Decision
from fazri_lib.store.operations.opening import FILE_NAME, is_private, open_operations, operations_address
from fazri_lib.store.operations.session_rows import Limits, Session
from fazri_lib.store.operations.user_rows import User

__all__ = [
    "FILE_NAME",
    "AuditRow",
    "Decision",
    "Limits",
    "Operations",
    "Session",
    "Transaction",
    "User",
    "is_private",
    "open_operations",
    "operations_address",
]
