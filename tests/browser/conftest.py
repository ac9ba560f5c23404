"""The real door on the bundled sample, and real Chromium in front of it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from browser_door import Door, Watched, first_login, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled sample with its extract published."""
    from fazri_lib.settings import load, shipped
    from fazri_lib.workflows.ingest import ingest
    from fazri_lib.workflows.run import run

    home: Path = tmp_path_factory.mktemp("door") / "home"
    shutil.copytree(shipped("data", "sample"), home, ignore=shutil.ignore_patterns("state", "truth"))
    settings = load(home)
    ingest(home, settings, home)
    run(home, settings, now=dt.datetime.now(dt.UTC).replace(tzinfo=None))
    return home


@pytest.fixture(scope="session")
def door(published: Path) -> Iterator[Door]:
    """The door in its default mode, for all tests that leave it as it was."""
    with opened(published) as one:
        yield one


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Watched]]:
    """`visit(door.url)`: a fresh browser profile; at the end nothing may have left the host or complained."""
    opened_ones: list[tuple[Any, Watched]] = []

    def fresh(url: str, **options: Any) -> Watched:
        context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(20_000)
        watched = Watched(None, urlsplit(url).netloc)
        context.on("request", watched.request)
        context.on("page", watched.watch)
        watched.page = context.new_page()
        opened_ones.append((context, watched))
        return watched

    yield fresh
    for context, watched in opened_ones:
        context.close()
        assert watched.strangers == []
        assert watched.complaints == []


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> Path:
    """Folder of the screenshots, kept by CI."""
    folder = Path(request.config.rootpath) / "artefacts" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def reader(door: Door, visit: Callable[..., Watched]) -> Callable[..., Watched]:
    """`reader("ann", "analyst")`: a browser in which somebody of these roles is logged in."""

    def enter(name: str, *roles: str, at: Door | None = None, **options: Any) -> Watched:
        one = at or door
        watched = visit(one.url, **options)
        first_login(watched.page, name, one.add(name, *roles))
        return watched

    return enter
