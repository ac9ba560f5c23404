"""Alembic's folder: how the operations database came to its present tables, one file a step."""
