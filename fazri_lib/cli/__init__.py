"""The `fazri` command: each command lives in the file of its name and imports its heavy parts only when it runs."""

from fazri_lib.cli.program import app, main

__all__ = ["app", "main"]
