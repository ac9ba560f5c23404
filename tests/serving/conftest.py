"""What tests of the serving side share: a log that none of them leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """A log set up for one test writes to a stream that ends with it; servers of other tests go on logging."""
    yield
    structlog.reset_defaults()
