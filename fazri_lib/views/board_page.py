"""The frame of a board: header with title, clock, search, dark switch and account; menu of pages; a grid of cards."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import panel as pn  # noqa: TID251 - views is where Panel belongs
import panel_material_ui as pmui  # first: it restyles every page of the process

from fazri_lib.views.board_cards import html
from fazri_lib.views.board_look import HEADER, css, theme, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


_MATERIAL: Any = pmui  # its classes carry no types
_SEARCH: Any = {
    "label": "",
    "size": "small",
    "variant": "outlined",
    "sizing_mode": "stretch_width",
    "margin": 0,
    "sx": {
        "& .MuiOutlinedInput-root": {"color": "#fff", "background": "rgba(255,255,255,.12)", "borderRadius": "18px"},
        "& .MuiOutlinedInput-notchedOutline": {"borderColor": "rgba(255,255,255,.4)"},
        "& input": {"padding": "8.5px 14px"},
        "& input::placeholder": {"color": "#fff", "opacity": 0.85},
    },
}
_PAGE: Any = {
    "theme_config": theme(),
    "theme_toggle": True,
    "meta_name": "fazri",
    "sx": {
        "& .MuiAppBar-root.header": {"backgroundColor": HEADER, "color": "#fff", "backgroundImage": "none"},
        "& .MuiLinearProgress-root": {"display": "none"},  # it has no name, and answers take no time worth a bar
        "& .main h5": {"visibility": "hidden"},  # an empty heading that keeps the room of the header
    },
}
_NOTHING_FOUND = "Nothing found: type a pseudonym, the label of a thing, or a part of a zone's name."


@dataclass(slots=True)
class Place:
    """Where a page is shown.

    Attributes:
        campus: name of the campus.
        pages: title, address and icon of the pages that the reader may open; none in JupyterLab.
        account: title, address and icon of the account's menu; none in JupyterLab.
        user: login name, or nothing.
        here: address of this page, as far as it is known.
    """

    campus: str
    pages: Sequence[tuple[str, str, str]] = ()
    account: Sequence[tuple[str, str, str]] = ()
    user: str = ""
    here: str = ""


@dataclass(slots=True)
class Clock:
    """The moment of the view.

    Attributes:
        told: in words.
        value: as the field of a form wants it, campus time.
        latest: the latest moment, likewise.
        time_zone: of the campus.
        is_latest: whether the page follows what is published.
    """

    told: str
    value: str
    latest: str
    time_zone: str
    is_latest: bool


class Frame:
    """A page.

    Args:
        title: of the page.
        place: pages and account.
        find: looks a text up: kind, label, remark, address of each result.
        go: opens an address.
        is_dark: whether it begins on the dark side.

    Attributes:
        page: what is served.
    """

    def __init__(
        self,
        title: str,
        place: Place,
        find: Callable[[str], Sequence[tuple[str, str, str, str | None]]],
        go: Callable[[str], None],
        *,
        is_dark: bool,
    ) -> None:
        pn.extension("tabulator")  # rows are shown when they are asked for; their script must have come with the page
        self._title, self._place, self._find, self._go = title, place, find, go
        self._leads: list[str] = []
        self._nav, self._found = html("nav", "links"), html("found", visible=False)
        self._lead, self._bar = (html("bar", "links", css_classes=[name]) for name in ("fz-lead", "fz-bar"))
        self._search = _MATERIAL.TextInput(placeholder="Find a zone, person or thing", **_SEARCH)
        self._search.param.watch(self._look, "value_input")
        self._search.param.watch(self._entered, "enter_pressed")
        self._grid = pn.Column(sizing_mode="stretch_width", margin=0, stylesheets=[css("grid")])
        menu = [self._nav] if place.pages else []
        search = pn.Column(self._search, self._found, css_classes=["fz-search"], sizing_mode="stretch_width", margin=0)
        head = pn.Row(
            self._lead,
            search,
            self._bar,
            sizing_mode="stretch_width",
            margin=0,
            stylesheets=[css("head")],
        )
        shell = pn.Row(*menu, self._grid, sizing_mode="stretch_width", margin=0, stylesheets=[css("shell")])
        with _not_busy():
            self.page = _MATERIAL.Page(
                header=[head], main=[shell], dark_theme=is_dark, meta_title=f"{title} - {place.campus}", **_PAGE
            )
        self.paint(is_dark=is_dark)

    def lay_out(self, parts: Sequence[Any]) -> None:
        """Set the cards of the page, in order."""
        self._grid.objects = list(parts)

    def on_side(self, changed: Callable[[bool], None]) -> None:
        """Call when the reader switches between light and dark."""
        self.page.param.watch(lambda event: changed(bool(event.new)), "dark_theme")

    def paint(self, *, is_dark: bool) -> None:
        """Take the colours of one side."""
        side = variables(is_dark=is_dark)
        for root in (self._grid, self._nav, self._lead, self._bar, self._found):
            root.styles = side

    def tell(self, clock: Clock, state: Mapping[str, str]) -> None:
        """Write header and menu for a moment and the state of the page."""
        carried = {name: value for name, value in state.items() if name == "as_of"}
        links = _nav(self._place, carried)
        self._nav.object = f"<div class='campus'>{escape(self._place.campus)}</div>{links}"
        self._lead.object = f"<div class='lead'>{_menu(links)}<h1>{escape(self._title)}</h1></div>"
        hidden = "".join(
            f"<input type='hidden' name='{escape(name, quote=True)}' value='{escape(value, quote=True)}'>"
            for name, value in state.items()
            if name != "as_of"
        )
        rest = urlencode({name: value for name, value in state.items() if name != "as_of"})
        self._bar.object = f"<div class='bar'>{_clock(clock, hidden, rest)}{_account(self._place)}</div>"

    def _look(self, event: Any) -> None:
        text = event.new.strip()
        self._found.visible = bool(text)
        found = self._find(text) if text else []
        self._leads = [href for *_, href in found if href]
        if text:
            self._found.object = _results(found)

    def _entered(self, _event: Any) -> None:
        """Enter opens what was found, if that is one thing only."""
        if len(self._leads) == 1:
            self._go(self._leads[0])


def _nav(place: Place, carried: Mapping[str, str]) -> str:
    query = f"?{urlencode(carried)}" if carried else ""
    lines = []
    for title, path, icon in place.pages:
        current = " aria-current='page'" if path == place.here else ""
        lines.append(f"<a href='{escape(path + query, quote=True)}'{current}>{_icon(icon)}{escape(title)}</a>")
    return f"<nav aria-label='Pages'>{''.join(lines)}</nav>" if lines else ""


def _menu(links: str) -> str:
    """The pages behind a button, where there is no room beside the page."""
    if not links:
        return ""
    return (
        f"<button class='top menu' popovertarget='fz-menu' aria-label='Pages'>{_icon('menu')}</button>"
        f"<div popover id='fz-menu'>{links}</div>"
    )


def _clock(clock: Clock, hidden: str, rest: str) -> str:
    state = "latest" if clock.is_latest else "looking back"
    told = escape(clock.told, quote=True)
    latest = "" if clock.is_latest else f"<a href='?{escape(rest, quote=True)}'>Back to the latest</a>"
    follows = "The page follows what is published." if clock.is_latest else "Nothing that became known later is shown."
    return (
        f"<button class='top{'' if clock.is_latest else ' back'}' popovertarget='fz-clock'"
        f" aria-label='As known at {told}, {state}. Change the moment'>"
        f"{_icon('schedule' if clock.is_latest else 'history')}<span class='wide'>{told}, {state}</span></button>"
        "<div popover id='fz-clock' role='dialog' aria-label='Moment of the view'><h2>As known at</h2>"
        f"<p>{told} ({escape(clock.time_zone)}), {state}. {follows}</p>"
        f"<form method='get'>{hidden}<label for='fz-as-of'>Look from another moment (campus time)</label>"
        f"<input id='fz-as-of' type='datetime-local' name='as_of' value='{clock.value}' max='{clock.latest}' required>"
        f"<div class='row'><button type='submit'>Look</button>{latest}</div></form></div>"
    )


def _account(place: Place) -> str:
    if not place.account:
        return ""
    items = "".join(
        f"<li><a href='{escape(path, quote=True)}'>{_icon(icon)}{escape(title)}</a></li>"
        for title, path, icon in place.account
    )
    user = escape(place.user)
    return (
        f"<button class='top' popovertarget='fz-account' aria-label='Account'>{_icon('account_circle')}"
        f"<span class='wide'>{user}</span></button>"
        f"<div popover id='fz-account' role='dialog' aria-label='Account'><h2>{user}</h2><ul>{items}</ul></div>"
    )


@contextmanager
def _not_busy() -> Iterator[None]:
    """Let no page made in here follow Panel's busy flag.

    Its bar is not shown, each change would walk through all models of the page, and the flag, which is one for the
    process, would keep the page for ever.
    """
    flag: Any = pn.state.param
    before = _followers(flag)
    try:
        yield
    finally:
        for follower in _followers(flag):
            if not any(follower is one for one in before):
                flag.unwatch(follower)


def _followers(flag: Any) -> list[Any]:
    return list(flag.watchers.get("busy", {}).get("value", []))


def _icon(name: str) -> str:
    return f"<span class='material-icons' aria-hidden='true'>{escape(name)}</span>"


def _results(found: Sequence[tuple[str, str, str, str | None]]) -> str:
    if not found:
        return f"<div role='status'><p>{_NOTHING_FOUND}</p></div>"
    lines = []
    for kind, label, more, href in found:
        small = f"<small>{escape(kind)}{', ' if more else ''}{escape(more)}</small>"
        if href:
            lines.append(f"<a href='{escape(href, quote=True)}'>{escape(label)}{small}</a>")
        else:
            lines.append(f"<p>{escape(label)}{small}</p>")
    return f"<div role='region' aria-label='Results'>{''.join(lines)}</div>"
