"""The published notebooks behind the guard: Panel's servers, the way to them, and how they are."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from fazri_lib import log
from fazri_lib.errors import NotPublishedError
from fazri_lib.serving.catalog import catalog
from fazri_lib.serving.health import Part, State
from fazri_lib.serving.pages.desk import Entry
from fazri_lib.serving.panel_front import PanelFront
from fazri_lib.serving.panel_host import PanelHost
from fazri_lib.serving.panel_server import PageSource, Plan
from fazri_lib.serving.proxy import Proxy
from fazri_lib.serving.review_desk import desks_of
from fazri_lib.serving.static_files import StaticFiles
from fazri_lib.serving.witness import witness_of
from fazri_lib.store.manifest import FOLDER, read_manifest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp, Scope

    from fazri_lib.access.logins import Login
    from fazri_lib.serving.identity import Keys
    from fazri_lib.serving.steps import Refusal
    from fazri_lib.settings import Settings

SOURCE = "fazri_lib.serving.publishing:pages_of"


class PanelDashboards:
    """The dashboards of one campus.

    Args:
        home: campus folder.
        settings: its settings.
        keys: shared with Panel.
        clock: tells the time, UTC without a zone; a function of a module, as it is sent to other processes.

    Attributes:
        entries: path and scope of each, in the order of the menu.
        host: the servers.

    Raises:
        PublishError: the catalogue is not valid.
    """

    def __init__(self, home: Path, settings: Settings, keys: Keys, clock: Callable[[], dt.datetime]) -> None:
        serving = settings.serving
        self.entries = [Entry(dashboard.path, dashboard.scope) for dashboard in catalog(home).values()]
        made = {"witness_of": partial(witness_of, clock=clock), "desks_of": partial(desks_of, clock=clock)}
        source = PageSource(SOURCE, {"home": str(home), **made})
        plan = Plan(source, keys, log_level=settings.log_level, as_json=log.is_json())
        self.host = PanelHost(plan, serving.processes if serving.mode == "processes" else 0)
        self._proxy = Proxy(self.host)
        self._files = StaticFiles(self._proxy.fetch)
        self._warming: asyncio.Task[None] | None = None

    def app(
        self, metas: Callable[[Login, Scope], Mapping[str, str]], answer: Callable[[Refusal, Scope], ASGIApp]
    ) -> ASGIApp:
        """Return the application that serves them."""
        return PanelFront(self._proxy, self._files, metas, answer)

    async def start(self) -> None:
        """Start the servers; every page is built once before this returns."""
        await self.host.start()
        await self._proxy.start()
        self._warming = asyncio.create_task(self._files.warm())

    async def stop(self) -> None:
        """End the servers."""
        if self._warming is not None:
            self._warming.cancel()
        await self._proxy.stop()
        await self.host.stop()

    async def health(self) -> Part:
        """Tell how many servers answer; with one of several down its readers go to another."""
        answers = await self.host.check()
        state = State.OK if all(answers) else State.DEGRADED if any(answers) else State.FAILED
        return Part(state, {"servers": len(answers), "answering": sum(answers)})


def extract_health(home: Path, clock: Callable[[], dt.datetime]) -> Part:
    """Tell what is published, and how old it is. Nothing is no failure: the pages say what to do."""
    try:
        manifest = read_manifest(home / "state" / FOLDER)
    except (NotPublishedError, OSError, ValueError):
        return Part(State.DEGRADED, {"published": False})
    age_s = round((clock() - manifest.made_at).total_seconds())
    return Part(State.OK, {"published": True, "as_of": f"{manifest.as_of.isoformat()}Z", "age_s": age_s})
