"""The frame of a board: header with title, clock, search, dark switch and account; menu of pages; a grid of cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import panel_material_ui as pmui  # first: it restyles every page of the process
import panel as pn  # noqa: TID251 - views is where Panel belongs

from fazri_lib.views.board_cards import html
from fazri_lib.views.board_look import FONT, GRID_CSS, HEADER, theme, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LINKS_CSS = """
nav a{display:flex;align-items:center;gap:14px;padding:11px 20px;color:var(--fz-ink);text-decoration:none;
 border-left:4px solid transparent}
nav a:hover{background:color-mix(in srgb,var(--fz-link) 10%,transparent)}
nav a[aria-current]{border-left-color:var(--fz-link);font-weight:700;
 background:color-mix(in srgb,var(--fz-link) 12%,transparent)}
nav .material-icons{font-size:21px;color:var(--fz-muted)}
"""
_NAV_CSS = f"""
:host{{font:15px/1.4 {FONT};flex:0 0 216px!important;width:216px!important;background:var(--fz-card);
 border-right:1px solid var(--fz-line);position:sticky!important;top:0;height:calc(100vh - 64px)!important}}
@media (max-width:900px){{:host{{display:none!important}}}}
{_LINKS_CSS}
.campus{{padding:16px 20px 10px 24px;color:var(--fz-muted);font-size:.84rem;border-bottom:1px solid var(--fz-line);
 margin-bottom:8px}}
"""
_BAR_CSS = f"""
:host{{font:14px/1.4 {FONT};color:#fff}}
.bar{{display:flex;align-items:center;gap:6px;justify-content:flex-end;min-width:0}}
button,summary{{font:inherit}}
.top{{height:38px;background:transparent;border:1px solid rgba(255,255,255,.4);border-radius:18px;color:#fff;padding:6px 12px;cursor:pointer;
 display:flex;align-items:center;gap:7px;white-space:nowrap}}
.top:hover{{background:rgba(255,255,255,.14)}} .top:focus-visible{{outline:3px solid #fff;outline-offset:2px}}
.back{{background:#ffd9a8;color:#3b2500;border-color:#ffd9a8}} .back:hover{{background:#ffe7c7}}
.material-icons{{font-size:20px}}
[popover]{{position:fixed;inset:60px 12px auto auto;margin:0;border:1px solid var(--fz-line);border-radius:10px;padding:16px;
 background:var(--fz-card);color:var(--fz-ink);box-shadow:0 8px 28px rgba(0,0,0,.28);width:min(340px,calc(100vw - 24px));
 font-size:15px}}
[popover] h2{{margin-top:0}} [popover] label{{display:block;font-size:.86rem;color:var(--fz-muted);margin:10px 0 4px}}
[popover] input{{font:inherit;width:100%;padding:8px;border:1px solid var(--fz-muted);border-radius:6px;
 background:var(--fz-card);color:var(--fz-ink);color-scheme:inherit}}
[popover] .row{{display:flex;gap:10px;align-items:center;margin-top:12px}}
[popover] button{{padding:8px 16px;border-radius:6px;border:0;background:var(--fz-link);color:var(--fz-card);font-weight:600;
 cursor:pointer}}
[popover] ul{{list-style:none;margin:0;padding:0}} [popover] li a{{display:flex;gap:12px;padding:9px 4px;text-decoration:none;
 align-items:center}}
.menu{{display:none}} .lead{{display:flex;align-items:center;gap:10px;height:38px}} h1{{color:#fff;font-size:1.25rem;line-height:38px;white-space:nowrap}}
#fz-menu{{inset:60px auto auto 8px;padding:8px 0;width:240px}}
@media (max-width:900px){{.menu{{display:flex}} .lead{{margin-left:-12px}}}}
@media (max-width:700px){{.wide{{display:none}} .top{{padding:6px 8px;border-color:transparent}} .lead{{gap:2px}} .bar{{gap:0}}}}
{_LINKS_CSS}
"""
_HEAD_CSS = """
:host{align-items:center!important;gap:10px;min-width:0}
:host > .fz-lead{flex:0 0 auto!important;width:auto!important}
:host > .fz-search{flex:1 1 90px!important;min-width:70px!important;max-width:300px;margin:0 auto 0 12px!important}
:host > .fz-bar{flex:0 0 auto!important;width:auto!important;margin-left:auto!important}
@media (max-width:700px){:host{gap:4px}}
"""
_SHELL_CSS = ":host{display:flex!important;flex-direction:row!important;align-items:stretch;flex:0 0 auto!important;width:100%}"
_FOUND_CSS = f"""
:host{{position:fixed!important;top:58px;z-index:1500;font:15px/1.4 {FONT};width:min(360px,calc(100vw - 16px))}}
div{{background:var(--fz-card);color:var(--fz-ink);border:1px solid var(--fz-line);border-radius:10px;padding:6px 0;
 box-shadow:0 8px 28px rgba(0,0,0,.28);max-height:70vh;overflow:auto}}
a,p{{display:block;padding:8px 14px;margin:0;text-decoration:none}} a:hover,a:focus-visible{{background:color-mix(in srgb,
 var(--fz-link) 14%,transparent)}} small{{color:var(--fz-muted);display:block}}
@media (max-width:700px){{:host{{left:8px!important}}}}
"""


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
    short: str = field(default="")


class Frame:
    """A page.

    Args:
        title: of the page.
        place: pages and account.
        find: looks a text up: kind, label, remark, address of each result.
        is_dark: whether it begins on the dark side.

    Attributes:
        page: what is served.
    """

    def __init__(
        self, title: str, place: Place, find: Callable[[str], Sequence[tuple[str, str, str, str | None]]], *, is_dark: bool
    ) -> None:
        pn.extension("tabulator")  # rows are shown when they are asked for; their script must have come with the page
        self._title, self._place, self._find = title, place, find
        self._nav, self._found = html(css=_NAV_CSS), html(css=_FOUND_CSS, visible=False)
        self._lead, self._bar = (html(css=_BAR_CSS, css_classes=[name]) for name in ("fz-lead", "fz-bar"))
        self._search = pmui.TextInput(
            placeholder="Find a zone or person", label="", size="small", variant="outlined", sizing_mode="stretch_width", margin=0,
            css_classes=["fz-search"],
            sx={"& .MuiOutlinedInput-root": {"color": "#fff", "background": "rgba(255,255,255,.12)", "borderRadius": "18px"},
                "& .MuiOutlinedInput-notchedOutline": {"borderColor": "rgba(255,255,255,.4)"},
                "& input": {"padding": "8.5px 14px"}, "& input::placeholder": {"color": "#fff", "opacity": 0.85}},
        )  # fmt: skip
        self._search.param.watch(self._look, "value_input")
        self._grid = pn.Column(sizing_mode="stretch_width", margin=0, stylesheets=[GRID_CSS])
        menu = [self._nav] if place.pages else []
        head = pn.Row(
            self._lead, self._search, self._found, self._bar, sizing_mode="stretch_width", margin=0, stylesheets=[_HEAD_CSS]
        )
        shell = pn.Row(*menu, self._grid, sizing_mode="stretch_width", margin=0, stylesheets=[_SHELL_CSS])
        self.page = pmui.Page(
            header=[head], main=[shell], theme_config=theme(), dark_theme=is_dark, theme_toggle=True, busy_indicator=None,
            meta_name="fazri", meta_title=f"{title} - {place.campus}",
            sx={"& .MuiAppBar-root.header": {"backgroundColor": HEADER, "color": "#fff", "backgroundImage": "none"}},
        )  # fmt: skip
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
        carried = {name: value for name, value in state.items() if name in {"as_of", "theme"}}
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
        if text:
            self._found.object = _results(self._find(text))


def _nav(place: Place, carried: Mapping[str, str]) -> str:
    query = f"?{urlencode(carried)}" if carried else ""
    lines = []
    for title, path, icon in place.pages:
        current = " aria-current='page'" if path == place.here else ""
        mark = f"<span class='material-icons' aria-hidden='true'>{escape(icon)}</span>"
        lines.append(f"<a href='{escape(path + query, quote=True)}'{current}>{mark}{escape(title)}</a>")
    return f"<nav aria-label='Pages'>{''.join(lines)}</nav>" if lines else ""


def _menu(links: str) -> str:
    """The pages behind a button, where there is no room beside the page."""
    if not links:
        return ""
    icon = "<span class='material-icons' aria-hidden='true'>menu</span>"
    return (
        f"<button class='top menu' popovertarget='fz-menu' aria-label='Pages'>{icon}</button>"
        f"<div popover id='fz-menu'>{links}</div>"
    )


def _clock(clock: Clock, hidden: str, rest: str) -> str:
    state = "latest" if clock.is_latest else "looking back"
    icon = "schedule" if clock.is_latest else "history"
    latest = "" if clock.is_latest else f"<a href='?{escape(rest, quote=True)}'>Back to the latest</a>"
    follows = "The page follows what is published." if clock.is_latest else "Nothing that became known later is shown."
    return (
        f"<button class='top{'' if clock.is_latest else ' back'}' popovertarget='fz-clock' aria-label='As known at "
        f"{escape(clock.told, quote=True)}, {state}. Change the moment'><span class='material-icons' aria-hidden='true'>{icon}"
        f"</span><span class='wide'>{escape(clock.told)}, {state}</span></button>"
        f"<div popover id='fz-clock' role='dialog' aria-label='Moment of the view'><h2>As known at</h2>"
        f"<p>{escape(clock.told)} ({escape(clock.time_zone)}), {state}. {follows}</p>"
        f"<form method='get'>{hidden}<label for='fz-as-of'>Look from another moment (campus time)</label>"
        f"<input id='fz-as-of' type='datetime-local' name='as_of' value='{clock.value}' max='{clock.latest}' required>"
        f"<div class='row'><button type='submit'>Look</button>{latest}</div></form></div>"
    )


def _account(place: Place) -> str:
    if not place.account:
        return ""
    items = "".join(
        f"<li><a href='{escape(path, quote=True)}'><span class='material-icons' aria-hidden='true'>{escape(icon)}</span>"
        f"{escape(title)}</a></li>"
        for title, path, icon in place.account
    )
    return (
        "<button class='top' popovertarget='fz-account' aria-label='Account'><span class='material-icons' aria-hidden='true'>"
        f"account_circle</span><span class='wide'>{escape(place.user)}</span></button>"
        f"<div popover id='fz-account' role='dialog' aria-label='Account'><h2>{escape(place.user)}</h2><ul>{items}</ul></div>"
    )


def _results(found: Sequence[tuple[str, str, str, str | None]]) -> str:
    if not found:
        return "<div role='status'><p>Nothing found: type the beginning of a pseudonym, or a part of a zone's name.</p></div>"
    lines = []
    for kind, label, more, href in found:
        small = f"<small>{escape(kind)}{', ' if more else ''}{escape(more)}</small>"
        if href:
            lines.append(f"<a href='{escape(href, quote=True)}'>{escape(label)}{small}</a>")
        else:
            lines.append(f"<p>{escape(label)}{small}</p>")
    return f"<div role='region' aria-label='Results'>{''.join(lines)}</div>"
