"""`fazri ingest`: being written."""

EXAMPLES = ("fazri ingest raw",)


def ingest() -> None:
    """Validate and load raw files."""
