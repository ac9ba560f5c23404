"""The part of Bokeh's protocol (3.9) that a reader of a page speaks, in plain JSON: messages, documents, tokens.

A message travels as several WebSocket frames: header, metadata and content as JSON texts, then for each of the
header's `num_buffers` a header and the bytes. A page's HTML holds a token, with which its socket is opened; the server
says ACK; the document comes as the reply to a PULL-DOC-REQ; every later change, of either side, is a PATCH-DOC.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXED = 3
"""Frames of a message without buffers."""
TOKEN = re.compile(r'"token"\s*:\s*"([^"]+)"')
STATIC = re.compile(r"[^\s\"'()]*(?:static|components)/[^\s\"'()]+\.(?:js|mjs|css)(?:\?[^\s\"'()]*)?")
CHOOSING = ("Select", "RadioButtonGroup", "RadioBoxGroup", "ToggleButtonGroup")
READY = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}},
}
"""What a browser says when it has drawn the document; the page's own work after loading starts with it."""
SIZES = ("inner_width", "inner_height", "outer_width", "outer_height")
DRAWN = ((0, 0, 0, 0), (190, 234, 300, 300), (199, 237, 300, 300))
COLOURS = {"background_fill_color": "#fff", "border_fill_color": "#fff", "outline_line_alpha": 0}
ABOUT = {"dark_mode": False, "device_pixel_ratio": 1, "language": "en-US", "webdriver": False}
ABOUT |= {"timezone": "UTC", "timezone_offset": 0, "webgl": True}


class WireError(Exception):
    """A frame or page is not what the protocol says."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the server.

    Attributes:
        kind: ACK, OK, ERROR, PULL-DOC-REPLY, PATCH-DOC.
        answers: id of the message that it replies to, if it does.
        content: its content, parsed.
        size: bytes of all its frames.
    """

    kind: str
    answers: str | None
    content: Any
    size: int

    @property
    def events(self) -> list[dict[str, Any]]:
        """The changes of a PATCH-DOC, else none."""
        return list(self.content["events"]) if self.kind == "PATCH-DOC" else []


class Reassembly:
    """Messages out of the frames of one socket."""

    def __init__(self) -> None:
        self._frames: list[str | bytes] = []
        self._expected = FIXED

    def feed(self, frame: str | bytes) -> Message | None:
        """Take one frame; return the message that it completes, else None.

        Raises:
            WireError: header or content is no JSON text, or the header lacks its type.
        """
        self._frames.append(frame)
        if len(self._frames) == FIXED:
            self._expected = FIXED + 2 * int(_object(self._frames[0], "header").get("num_buffers", 0))
        if len(self._frames) < self._expected:
            return None
        frames, self._frames, self._expected = self._frames, [], FIXED
        header = _object(frames[0], "header")
        if "msgtype" not in header:
            raise WireError(f"Bokeh header without its type; expected msgtype, got {', '.join(sorted(header))}")
        size = sum(len(part) for part in frames)
        return Message(header["msgtype"], header.get("reqid"), _object(frames[2], "content"), size)


def message(kind: str, content: object) -> tuple[str, list[str]]:
    """Return the id and the frames of a message of the client."""
    number = secrets.token_hex(8)
    return number, [json.dumps(part) for part in ({"msgid": number, "msgtype": kind}, {}, content)]


def change(model: str, **attributes: object) -> dict[str, Any]:
    """Return the content of a PATCH-DOC that sets attributes of a model."""
    named = {"kind": "ModelChanged", "model": {"id": model}}
    return {"events": [{**named, "attr": attribute, "new": value} for attribute, value in attributes.items()]}


@dataclass(frozen=True, slots=True)
class Field:
    """A widget that a reader changes.

    Attributes:
        kind: choice (one of several values), day, or search (a text that looks something up).
        model: id of the model that holds its value.
        label: what the reader sees.
        now: its value when the page opens.
        options: what can be chosen, as the browser sends it; nothing for a day and a search.
    """

    kind: str
    model: str
    label: str
    now: Any
    options: tuple[Any, ...] = ()

    @property
    def attribute(self) -> str:
        """The attribute that the browser sets: a search sends what is typed while it is typed."""
        return "value_input" if self.kind == "search" else "value"


@dataclass(frozen=True, slots=True)
class Document:
    """What a browser needs of a page's document.

    Attributes:
        fields: its widgets that a reader changes; searches only where there is nothing else.
        files: scripts and style sheets that it loads.
        answers: contents of the PATCH-DOCs by which Chromium tells of itself and of every plot that it draws.
    """

    fields: tuple[Field, ...]
    files: tuple[str, ...]
    answers: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, content: Any) -> Document:
        """Read the content of a PULL-DOC-REPLY."""
        models = list(_models(content))
        fields = [field for model in models if (field := _field(model))]
        chosen = tuple(field for field in fields if field.kind != "search") or tuple(fields)
        files = tuple(dict.fromkeys(STATIC.findall(json.dumps(content))))
        return cls(chosen, files, tuple(answer for model in models for answer in _answers(model)))


def token_of(html: str) -> str:
    """Return the token of a page.

    Raises:
        WireError: it has none: no page of the server, or the message of an error.
    """
    found = TOKEN.search(html)
    if not found:
        raise WireError("page without a token; expected a Bokeh page, got another one; see the server's log")
    return found[1]


class Page(HTMLParser):
    """What a browser finds in HTML.

    Attributes:
        files: scripts and style sheets that it loads.
        form: the action and the values of the form that asks for a password: `{}` when there is none.
        fields: its fields by type: text, password.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.files: list[str] = []
        self.action = ""
        self.form: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a script, a style sheet, a form or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("src"):
            self.files.append(given["src"])
        if tag == "link" and given.get("rel") == "stylesheet":
            self.files.append(given["href"])
        if tag == "form" and "password" not in self.fields:
            self.action, self.form, self.fields = given.get("action", ""), {}, {}
        if tag == "input" and given.get("name") and "password" not in self.fields:
            kind = given.get("type", "text")
            if kind == "hidden":
                self.form[given["name"]] = given.get("value", "")
            self.fields.setdefault(kind, given["name"])


def _object(frame: str | bytes, part: str) -> dict[str, Any]:
    try:
        found = json.loads(frame) if isinstance(frame, str) else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WireError(f"Bokeh {part} cannot be read; expected a JSON object as text, got {len(frame)} of other data")
    return found


def _models(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "object" and "id" in part:
            yield part
        for value in part.values():
            yield from _models(value)
    elif isinstance(part, list):
        for value in part:
            yield from _models(value)


def _answers(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if model["name"].endswith("BrowserInfo"):
        yield from (change(model["id"], **{name: value}) for name, value in ABOUT.items())
    if model["name"] == "Figure":
        yield from (change(model["id"], **dict(zip(SIZES, sizes, strict=True))) for sizes in DRAWN)
        yield change(model["id"], **COLOURS)


def _field(model: dict[str, Any]) -> Field | None:
    attributes, kind = model.get("attributes", {}), model["name"].rstrip("0123456789").rpartition(".")[2]
    label, now = str(attributes.get("label", "")), attributes.get("value")
    if kind == "DatePicker":
        return Field("day", model["id"], label, now)
    if kind == "TextInput" and attributes.get("placeholder"):
        return Field("search", model["id"], str(attributes["placeholder"]), now)
    options = attributes.get("options")
    if kind not in CHOOSING or not isinstance(options, list) or isinstance(now, list):
        return None
    values = tuple(option[1] if isinstance(option, list) else option for option in options)
    is_plain = all(isinstance(value, str | int | float | None) for value in values)
    return Field("choice", model["id"], label, now, values) if is_plain and values[1:] else None
