"""Triggers that let the audit log only grow, one row after the other, on SQLite and on PostgreSQL.

A row may be added when its number is the next one; none may be changed or removed. The head of the chain may only go on
by one. (SQLite's INSERT OR REPLACE fires no DELETE trigger: the rule about the next number stops it.)
"""

_REFUSED = "the audit log only grows"
_STEPS = (
    ("audit_no_update", "UPDATE", "audit", None),
    ("audit_no_delete", "DELETE", "audit", None),
    ("audit_next_only", "INSERT", "audit", "NEW.seq <> (SELECT count + 1 FROM audit_head)"),
    ("audit_head_no_insert", "INSERT", "audit_head", None),
    ("audit_head_no_delete", "DELETE", "audit_head", None),
    ("audit_head_next_only", "UPDATE", "audit_head", "NEW.one <> 1 OR NEW.count <> OLD.count + 1"),
)


def triggers(dialect: str) -> list[str]:
    """Return the statements that make the triggers on an engine, "sqlite" or "postgresql"."""
    return _on_sqlite() if dialect == "sqlite" else _on_postgresql()


def _on_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}{f' WHEN {only_if}' if only_if else ''} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for name, event, table, only_if in _STEPS
    ]


def _on_postgresql() -> list[str]:
    statements = []
    for name, event, table, only_if in _STEPS:
        refuse = f"RAISE EXCEPTION '{_REFUSED}';"
        body = f"IF {only_if} THEN {refuse} END IF; RETURN NEW;" if only_if else refuse
        statements += _postgresql_trigger(name, f"{event} ON {table} FOR EACH ROW", body)
    for table in ("audit", "audit_head"):
        statements += _postgresql_trigger(
            f"{table}_no_truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT", f"RAISE EXCEPTION '{_REFUSED}';"
        )
    return statements


def _postgresql_trigger(name: str, occasion: str, body: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {name} BEFORE {occasion} EXECUTE FUNCTION {name}()",
    ]
