"""Opening the front door of a campus, and closing what it held."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from fazri_lib.serving.dashboards import PanelDashboards, extract_health
from fazri_lib.serving.front import Front, Parts, create_front, keys_of
from fazri_lib.serving.secret import secret_of
from fazri_lib.store.operations import open_operations

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fazri_lib.settings import Settings


@contextmanager
def open_front(home: Path, settings: Settings, clock: Callable[[], dt.datetime]) -> Iterator[Front]:
    """Put the front of a campus together; its application starts what stands behind.

    Args:
        home: campus folder.
        settings: its settings.
        clock: tells the time, UTC without a zone; a function of a module, as it is sent to other processes.

    Raises:
        PublishError: a catalogue is not valid, or a route has no scope.
        DependencyError: the operations database does not answer.
    """
    secret = secret_of(settings)
    with open_operations(settings.operations_url, home) as operations:
        dashboards = PanelDashboards(home, settings, keys_of(secret), clock)
        yield create_front(settings, Parts(operations, dashboards, secret, partial(extract_health, home, clock), clock))
