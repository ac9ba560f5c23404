"""Pages from templates: what every page has, and the headers of answers that nobody may keep."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from fazri_lib.serving.cookies import theme_of
from fazri_lib.serving.static_files import asset_url

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from fazri_lib.access.logins import Login

_TEMPLATES = Path(__file__).parents[1] / "templates"
_NOBODY_KEEPS = {"cache-control": "no-store", "vary": "cookie"}
_MOMENT = "%a %d %b %H:%M"


class Pages:
    """The templates of one campus.

    Attributes:
        campus: its name.
        time_zone: IANA name; moments are shown in it.
    """

    def __init__(self, campus: str, time_zone: str) -> None:
        self.campus = campus
        self.time_zone = time_zone
        self._zone = ZoneInfo(time_zone)
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"moment": self._moment, "moment_text": self._moment_text}
        self._templates.globals |= {
            "campus": campus,
            "time_zone": time_zone,
            "style_url": asset_url("fazri.css"),
            "icon_url": asset_url("fazri.svg"),
        }

    def answer(
        self, template: str, request: HTTPConnection, login: Login | None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page that no cache keeps.

        Args:
            template: file name without its ending.
            request: what is answered.
            login: who reads it; None for somebody not logged in.
            status: HTTP status.
            values: what the template asks for; what is missing is empty.
        """
        filled = {**_EMPTY, **values, "login": login, "theme": theme_of(request)}
        text = self._templates.get_template(f"{template}.html").render(filled)
        return HTMLResponse(text, status, headers=dict(_NOBODY_KEEPS))

    def _moment_text(self, moment: dt.datetime) -> str:
        """A UTC moment as the campus's clocks show it."""
        return f"{moment.replace(tzinfo=dt.UTC).astimezone(self._zone):{_MOMENT}}"

    def _moment(self, moment: dt.datetime) -> Markup:
        return Markup('<time datetime="{}Z">{}</time>').format(
            moment.isoformat(timespec="seconds"), self._moment_text(moment)
        )


_EMPTY: dict[str, Any] = {"message": "", "notice": "", "here": "", "reload_s": 0, "fault": "", "is_wrong": False}
