"""The review page in real Chromium: a question is answered by a press, the next one comes, and the database has it."""

from __future__ import annotations

import pytest
import tiny_records
from axe_playwright_python.sync_playwright import Axe
from browser_door import opened

from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.settings import load

SERIOUS = {"serious", "critical"}
DRAWN = "text=Precision and recall by threshold"


@pytest.fixture(scope="module")
def records_door(tmp_path_factory):
    """A door on a campus with three questions and five random pairs."""
    home = tiny_records.make(tmp_path_factory.mktemp("records"))
    with opened(home) as one:
        yield one


def show(page):
    """Open the page and wait until it is drawn."""
    page.goto("/dash/review")
    page.wait_for_selector(DRAWN)
    page.wait_for_load_state("networkidle")


def told(page):
    """What the page says became of the last press."""
    status = page.locator("p.notice[role=status]")
    status.wait_for()
    return status.inner_text()


def test_a_question_is_answered(records_door, reader, pictures):
    """By keyboard: noted with the reader's name, the page asks the next question; then it is taken back."""
    page = reader("ann", "analyst", at=records_door).page
    show(page)
    page.screenshot(path=pictures / "review-light.png", full_page=True)
    assert page.get_by_role("heading", name="Does this record belong to this person?").is_visible()
    page.get_by_label("Reason, without names (optional)").fill("another day of birth")
    page.get_by_role("button", name="Two people").press("Enter")
    page.get_by_role("heading", name="Are these two parts of one person one person?").wait_for()
    assert told(page).startswith("Decision 1: different, noted for ann. The next run follows it.")
    page.wait_for_timeout(1300)  # a press at once would be taken for one meant for the question before
    page.get_by_role("button", name="Withdraw my last").click()
    page.get_by_role("heading", name="Does this record belong to this person?").wait_for()
    (one,) = LocalDesk(records_door.home, load(records_door.home)).decisions()
    assert (one.decided_by, one.verdict, one.reason, one.withdrawn_by) == (
        "ann",
        "different",
        "another day of birth",
        "ann",
    )


def test_names_are_for_who_may_see_them(records_door, reader):
    """An analyst sees which fields agree; the security desk sees names, too."""
    for name, role, is_shown in (("abe", "analyst", False), ("sue", "security", True)):
        page = reader(name, role, at=records_door).page
        show(page)
        assert (page.get_by_text("Asha Rao").count() > 0) is is_shown


def test_who_does_not_review_is_refused(records_door, reader):
    """A researcher has no such page: neither in the menu nor by its address."""
    watched = reader("rob", "researcher", at=records_door)
    watched.expected = ("403",)
    page = watched.page
    assert page.get_by_role("link", name="Review").count() == 0
    assert page.goto("/dash/review").status == 403


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_page_can_be_read_by_everybody(records_door, reader, pictures, scheme, width):
    """No serious fault for axe on either side, and nothing is wider than a phone."""
    page = reader(f"eve{width}", "analyst", at=records_door, color_scheme=scheme).page
    page.set_viewport_size({"width": width, "height": 844})
    show(page)
    page.wait_for_timeout(700)
    page.screenshot(path=pictures / f"review-{scheme}-{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["help"]) for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
