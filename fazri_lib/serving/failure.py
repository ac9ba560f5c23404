"""What a page shows instead of its content: a sentence, or a reference under which the log tells more."""

from __future__ import annotations

from html import escape
from typing import Any

import panel as pn  # noqa: TID251 - serving hosts Panel

_PANE: Any = pn.pane  # its classes carry no types
_HOME = ("To the dashboards", "/")
_CSS = """
:host{display:block;max-width:40rem;margin:12vh auto 0;padding:0 16px;color-scheme:light dark;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:8px;padding:20px 24px}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .5rem}
p{margin:.4rem 0;overflow-wrap:anywhere}
li{margin:.2rem 0;overflow-wrap:anywhere}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace}
a{color:inherit}
@media (prefers-color-scheme:dark){main{background:#1b1f24;color:#e6e6e6}a{color:#9ecbff}}
@media (prefers-color-scheme:light){main{background:#fff;color:#1a1a1a}a{color:#0b57a4}}
"""


def notice_page(title: str, *sentences: str, points: tuple[str, ...] = (), link: tuple[str, str] | None = None) -> Any:
    """Return a page of a few sentences.

    Args:
        title: heading.
        sentences: below it.
        points: a list below them.
        link: text and address of a way on.
    """
    told = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    ways = " · ".join(
        f'<a href="{escape(address)}">{escape(name)}</a>' for name, address in (*([link] if link else []), _HOME)
    )
    way = f"<p>{ways}</p>"
    text = f'<main role="alert"><h1>{escape(title)}</h1>{told}{f"<ul>{items}</ul>" if items else ""}{way}</main>'
    return _PANE.HTML(text, stylesheets=[_CSS], sizing_mode="stretch_width", margin=0)


def failure_page(reference: str, title: str = "This page failed", *, may_recover: bool = True) -> Any:
    """Return the page of an error that readers are told nothing of but its reference.

    Args:
        reference: under which the log tells which error it was, and where.
        title: heading.
        may_recover: whether new data may bring the page back by itself.
    """
    hope = " New data may mend it: then the page comes back by itself." if may_recover else ""
    return notice_page(
        title,
        f"Nothing is wrong with what you did.{hope}",
        f"If it stays like this, tell an administrator the reference {reference}. The log tells more under it.",
        link=("Try again now", ""),
    )


def refusal_page() -> Any:
    """Return the page for a request that no verified reader stands behind, or one without the right."""
    return notice_page("This page is not yours to see", "Log in with an account whose role opens it.")
