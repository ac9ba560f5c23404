"""The port, and what is told when what stands behind it does not start."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def settings():
    """A campus with a port of its own."""
    from front_house import free_port

    from fazri_lib.settings import Serving, Settings

    return Settings(serving=Serving(port=free_port()))


def listened(settings, start):
    """Listen with something behind that starts like this."""
    from starlette.applications import Starlette

    from fazri_lib.serving.listening import listen

    @asynccontextmanager
    async def lifespan(_app):
        await start()
        yield

    async def leave():
        """Nothing is open."""

    listen(Starlette(lifespan=lifespan), settings, leave, lambda: pytest.fail("it must not come up"))


def test_why_panel_does_not_start_is_told(settings):
    """The error of the process that cannot make its pages is the one that the command ends with."""
    from fazri_lib.errors import FazriError
    from fazri_lib.serving.identity import Keys
    from fazri_lib.serving.panel_host import PanelHost
    from fazri_lib.serving.panel_server import PageSource, Plan

    host = PanelHost(Plan(PageSource("guarded_pages:nothing"), Keys("k", b"t")), 1)
    with pytest.raises(FazriError, match="expected a function guarded_pages:nothing"):
        listened(settings, host.start)


def test_errors_of_others_are_not_repeated(settings):
    """Their words may hold values."""
    from fazri_lib.errors import FazriError

    async def fail():
        raise ValueError("Asha")

    with pytest.raises(FazriError, match="the log lines above say which") as failed:
        listened(settings, fail)
    assert "Asha" not in str(failed.value)


def test_small_packets_are_sent_at_once(settings):
    """The event loop does so only with sockets that name their protocol."""
    from fazri_lib.serving.listening import _bound

    with _bound(settings.serving) as port:
        assert port.proto == socket.IPPROTO_TCP
