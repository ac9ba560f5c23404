"""`fazri bench`: being written."""

EXAMPLES = ("fazri bench",)


def bench() -> None:
    """Measure accuracy and speed."""
