"""What each path needs. A path without a door is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from starlette.routing import BaseRoute, Mount, Route, compile_path

from fazri_lib.access.scopes import Scope
from fazri_lib.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PUBLIC: Final = "public"
Need = Scope | Literal["public"]
Endpoint = TypeVar("Endpoint", bound="Callable[..., Any]")

STATIC_FOLDERS = ("js",)
STATIC_EXTENSIONS = ("panel", "panel-material-ui")
COMPONENT_MODULES: tuple[str, ...] = ()  # panel-material-ui needs none

_MARK = "__fazri_need__"
_SLUG = re.compile(r"/[a-z0-9]+(?:[-/][a-z0-9]+)*")
# one piece of a file's path: no leading dot, no separator, no escape; `@^~` stand in names of bundled libraries
_PIECE = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_.@^~+-]*")


class Kind(StrEnum):
    """What stands behind a door."""

    PAGE = "page"
    """An endpoint of the front itself."""
    DASHBOARD = "dashboard"
    """A page of Panel."""
    SOCKET = "socket"
    """The WebSocket of such a page."""
    STATIC = "static"
    """Files of Panel and its extensions."""


@dataclass(frozen=True, slots=True)
class Door:
    """One path, or all files below it.

    Attributes:
        path: as in the browser; may hold `{parameters}` for a page of the front; ends in `/` when it leads to files.
        need: the scope that opens it, or `PUBLIC`.
        kind: what stands behind it.
        methods: that it takes.
    """

    path: str
    need: Need
    kind: Kind
    methods: frozenset[str] = frozenset({"GET", "HEAD"})


class Doors:
    """All doors of the house, found by path and method.

    Raises:
        PublishError: two doors have the same path and method.
    """

    def __init__(self, doors: Iterable[Door]) -> None:
        self.all = tuple(doors)
        self._exact: dict[str, list[Door]] = {}
        self._patterns: list[tuple[re.Pattern[str], Door]] = []
        self._folders: list[Door] = []
        for door in self.all:
            self._place(door)

    def find(self, path: str, method: str = "GET") -> Door | None:
        """Return the door of a path as decoded once, or None: there is none, so nobody gets in.

        When the path has doors but none for the method, the first is returned; see its `methods`.
        """
        found = self._exact.get(path) or [door for pattern, door in self._patterns if pattern.match(path)]
        found = found or [door for door in self._folders if _is_below(door.path, path)]
        return next((door for door in found if method in door.methods), found[0] if found else None)

    def _place(self, door: Door) -> None:
        if door.kind is Kind.STATIC:
            self._folders.append(door)
            return
        if "{" in door.path:
            self._patterns.append((compile_path(door.path)[0], door))
            return
        same = self._exact.setdefault(door.path, [])
        if any(door.methods & other.methods for other in same):
            raise PublishError(f"door {door.path}: expected one, got two; rename a page or a route")
        same.append(door)


def needs(scope: Scope) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint of the front: only holders of the scope get to it."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, scope)
        return endpoint

    return mark


def public(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint of the front: everybody gets to it, signed in or not."""
    setattr(endpoint, _MARK, PUBLIC)
    return endpoint


def route_doors(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[Door]:
    """Yield the doors of all routes of the front.

    Raises:
        PublishError: an endpoint is marked neither with `needs` nor with `public`.
    """
    for route in routes:
        if isinstance(route, Mount):
            yield from route_doors(route.routes, prefix + route.path)
            continue
        path = prefix + getattr(route, "path", "")
        need = getattr(getattr(route, "endpoint", None), _MARK, None)
        if not isinstance(route, Route) or need is None:
            raise PublishError(f"route {path}: expected @needs(scope) or @public on its endpoint, got neither; mark it")
        yield Door(path, need, Kind.PAGE, frozenset(route.methods or {"GET"}))


def dashboard_doors(scopes: Mapping[str, Scope]) -> Iterator[Door]:
    """Yield the doors of Panel's pages, and of their WebSockets, which need the same scope.

    Args:
        scopes: of each page, by its path, as /dash/today.

    Raises:
        PublishError: a path is not made of lower-case words.
    """
    for path, scope in scopes.items():
        if not _SLUG.fullmatch(path) or path.endswith("/ws"):
            raise PublishError(f"page {path}: expected a path of lower-case words, as /dash/today; rename it")
        yield Door(path, scope, Kind.DASHBOARD)
        yield Door(f"{path}/ws", scope, Kind.SOCKET)


def static_doors(
    extensions: Iterable[str] = STATIC_EXTENSIONS, components: Iterable[str] = COMPONENT_MODULES
) -> Iterator[Door]:
    """Yield the doors of Panel's files. Everybody who is signed in may read them; what is not named here is not served.

    Args:
        extensions: names below /static/extensions/.
        components: modules below /components/; Panel imports what the path says, so each is named.
    """
    for folder in STATIC_FOLDERS:
        yield Door(f"/static/{folder}/", Scope.OWN, Kind.STATIC)
    for name in extensions:
        yield Door(f"/static/extensions/{name}/", Scope.OWN, Kind.STATIC)
    for module in components:
        yield Door(f"/components/{module}/", Scope.OWN, Kind.STATIC)


def access_table(doors: Iterable[Door]) -> list[tuple[str, str, str, str]]:
    """Return path, methods, what it needs and what stands behind it, for the documentation."""
    return sorted((door.path, ", ".join(sorted(door.methods)), str(door.need), str(door.kind)) for door in doors)


def _is_below(folder: str, path: str) -> bool:
    pieces = path.removeprefix(folder).split("/") if path.startswith(folder) else [""]
    return all(_PIECE.fullmatch(piece) and ".." not in piece for piece in pieces)
