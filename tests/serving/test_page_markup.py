"""What can be held of all pages without a browser: structure, labels, keyboard, colours."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

STYLE = Path(__file__).parents[2] / "fazri_lib" / "serving" / "assets" / "fazri.css"
TEMPLATES = STYLE.parents[1] / "templates"


class Page(HTMLParser):
    """The tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names):
        """The attributes of all tags of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page, by name."""
    from front_house import house_in, log_in

    with house_in(tmp_path_factory.mktemp("house")) as house:
        ann = house.signed_in("ann", "viewer")
        log_in(house.client(), "ann", "tall quiet rivers 7")
        one_time = house.accounts.add("bob", ["viewer"])
        bob = house.client()
        log_in(bob, "bob", one_time)
        found = {
            "login": house.client().get("/login").text,
            "wrong": log_in(house.client(), "eve", "guess").text,
            "logout": ann.get("/logout").text,
            "account": ann.get("/account").text,
            "password": ann.get("/account/password").text,
            "first password": bob.get("/account/password").text,
            "404": ann.get("/nothing").text,
            "403": ann.get("/dash/person").text,
        }
        house.dashboards.entries = ()
        return {name: Page(html) for name, html in (found | {"home": ann.get("/").text}).items()}


@pytest.mark.slow
def test_structure(pages):
    """Each page has a language, a title, one heading of the first order, one main part and a way past the header."""
    for name, page in pages.items():
        assert [tag["lang"] for tag in page.all("html")] == ["en"], name
        assert (len(page.all("title")), len(page.all("h1")), len(page.all("main"))) == (1, 1, 1), name
        assert page.all("a")[0]["href"] == "#" + page.all("main")[0]["id"], name
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), name
        assert "width=device-width, initial-scale=1" in [tag.get("content") for tag in page.all("meta")], name


@pytest.mark.slow
def test_every_field_has_a_label(pages):
    """Each field that one sees has a label, what describes it is there, and the keyboard goes in reading order."""
    for name, page in pages.items():
        labels = {tag["for"] for tag in page.all("label")}
        ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        seen = [tag for tag in page.all("input") if tag.get("type") != "hidden" and "aria-hidden" not in tag]
        assert [tag["id"] for tag in seen if tag["id"] not in labels] == [], name
        described = [word for tag in seen for word in tag.get("aria-describedby", "").split()]
        assert set(described) <= ids, name
        assert [tag for _, tag in page.tags if int(tag.get("tabindex", "0")) > 0] == [], name
        assert all(tag.get("type") == "submit" for tag in page.all("button")), name
        assert len([tag for tag in page.all("input") if "autofocus" in tag]) <= 1, name


@pytest.mark.slow
def test_password_managers_know_the_fields(pages):
    """Fields say what they are for: name, present password, new password."""
    told = {
        name: [tag["autocomplete"] for tag in page.all("input") if "autocomplete" in tag]
        for name, page in pages.items()
    }
    assert told["login"] == ["username", "current-password"]
    assert told["password"] == ["username", "current-password", "new-password", "new-password"]
    assert told["first password"] == told["password"]


@pytest.mark.slow
def test_problems_are_read_out(pages):
    """A refused login is an alert that the fields point to, and the title begins with it."""
    page = pages["wrong"]
    (alert,) = [tag for _, tag in page.tags if tag.get("role") == "alert"]
    wrong = [tag for tag in page.all("input") if tag.get("aria-invalid") == "true"]
    assert [tag["aria-describedby"] for tag in wrong] == [alert["id"]] * 2


@pytest.mark.slow
def test_forms_post_with_a_token(pages):
    """Each form is a POST to an address of ours and carries a token."""
    for name, page in pages.items():
        forms = page.all("form")
        assert all(form["method"] == "post" and form["action"].startswith("/") for form in forms), name
        assert len([tag for tag in page.all("input") if tag.get("name") == "csrf_token"]) == len(forms), name


def test_no_script_and_no_style_in_pages():
    """Pages need no script, and hold no style and no address of another host."""
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"<script|<style|style=|\bon\w+=|https?://", text) == [], path.name
    assert re.findall(r"@import|url\(|https?://", STYLE.read_text(encoding="utf-8")) == []


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, after WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, after WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_known_colours():
    """Black on white is 21, a colour on itself 1, and #767676 on white the well-known 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#075985", "#075985") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_colours():
    """Light and dark: text has a contrast of 4.5 or more, edges of fields and the focus 3; both darks are one."""
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", STYLE.read_text(encoding="utf-8"))
    light, dark, chosen = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks)
    assert dark == chosen
    for side in (light, {**light, **dark}):
        for ink in ("ink", "muted", "accent", "accent-over"):
            assert min(contrast(side[ink], side[ground]) for ground in ("ground", "card")) >= 4.5, ink
        assert contrast(side["on-accent"], side["accent"]) >= 4.5
        assert contrast(side["on-accent"], side["accent-over"]) >= 4.5
        assert contrast(side["problem"], side["problem-ground"]) >= 4.5
        assert contrast(side["notice"], side["notice-ground"]) >= 4.5
        for edge in ("field-line", "focus"):
            assert min(contrast(side[edge], side[ground]) for ground in ("ground", "card")) >= 3, edge
