"""The dashboards in real Chromium: drawn, linked, lawful, readable, on any screen."""

from __future__ import annotations

import re

import pytest
from browser_door import PASSWORD, first_login, log_in

PAGES = {
    "today": "/dash/today",
    "person": "/dash/person?entity={person}",
    "zones": "/dash/zones?zone_id=LIBRARY",
    "findings": "/dash/findings",
    "thing": "/dash/thing?which=zone:LIBRARY",
}
DRAWN = "canvas, tbody tr"
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390), "phone-dark": ("dark", 390)}
SERIOUS = {"serious", "critical"}
PERSON = re.compile(r"P-[0-9A-Z]{7}")


@pytest.fixture(scope="module")
def account(door):
    """An account that opens all pages; its password is PASSWORD after the first test that used it."""
    return {"name": "pia", "one_time": door.add("pia", "analyst")}


@pytest.fixture
def enter(door, visit, account):
    """`enter()`: a browser in which that account is logged in."""

    def entered(**options):
        watched = visit(door.url, **options)
        if account["one_time"]:
            first_login(watched.page, account["name"], account["one_time"])
            account["one_time"] = ""
        else:
            log_in(watched.page, account["name"], PASSWORD)
            watched.page.wait_for_url(re.compile(r".*/dash/.*"))
        return watched

    return entered


@pytest.fixture(scope="module")
def person(published):
    """The pseudonym of somebody with sure findings."""
    import fazri_lib as fazri

    with fazri.open(published) as campus:
        return campus.example_person()


def show(page, name: str, person: str) -> None:
    """Open a page and wait until it is drawn and quiet."""
    page.goto(PAGES[name].format(person=person))
    page.wait_for_selector(DRAWN)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_drawn_on_every_screen(enter, person, pictures, look):
    """Light and dark, wide and on a phone: something is drawn, nothing is wider than the screen; pictures are kept."""
    scheme, width = LOOKS[look]
    page = enter(color_scheme=scheme).page
    page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
    for name in PAGES:
        show(page, name, person)
        page.wait_for_timeout(700)  # transitions end
        page.screenshot(path=pictures / f"{name}-{look}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        channels = [int(part) for part in re.findall(r"\d+", ground)[:3]]
        assert (sum(channels) < 300) == (scheme == "dark"), (name, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(enter, person, name, scheme):
    """Axe-core on each page, as it is first seen."""
    from axe_playwright_python.sync_playwright import Axe

    page = enter(color_scheme=scheme, bypass_csp=True).page  # axe is put into the page as a script
    show(page, name, person)
    page.wait_for_timeout(700)
    found = Axe().run(page).response["violations"]
    told = [(one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found]
    assert [one for one in told if one[1] in SERIOUS] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_is_strict_and_kept(enter, person, name):
    """No unsafe-eval, scripts by nonce; a page breaks none of its rules (complaints would fail the fixture)."""
    watched = enter()
    page = watched.page
    answer = page.goto(PAGES[name].format(person=person))
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ") if " " in part)
    assert "unsafe-eval" not in answer.headers["content-security-policy"]
    assert re.fullmatch(r"'self' 'nonce-[\w-]+' blob:", policy["script-src"])
    assert policy["object-src"] == "'none'"
    page.wait_for_selector(DRAWN)
    watched.expected = ("unsafe-eval",)
    page.evaluate("setTimeout('window.wasEvaluated = true')")
    page.wait_for_timeout(100)
    assert page.evaluate("window.wasEvaluated") is None


def test_figures_of_a_person_lead_to_loaded_rows(enter, person):
    """An identifier to who holds it, a stay to the logged rows, those to the holders, the person to directory rows."""
    page = enter().page
    show(page, "person", person)
    page.get_by_role("link", name=re.compile("^(card id|device hash) I-")).first.click()
    page.wait_for_url(re.compile("behind=thing~"))
    page.get_by_role("heading", name=re.compile("^(Card id|Device hash) I-")).wait_for()
    page.get_by_role("cell", name="seen", exact=True).first.wait_for()
    page.get_by_role("link", name="directory rows").first.click()
    page.wait_for_url(re.compile("behind=records~"))
    page.get_by_role("heading", name=f"Directory rows of {person}").wait_for()
    page.get_by_role("cell", name=re.compile("students|staff|network")).first.wait_for()
    stays = page.locator(".fz-full").filter(has=page.get_by_role("heading", name=f"Days of {person}"))
    stays.get_by_role("button", name=re.compile("^Rows")).click()
    page.get_by_role("link", name="logged rows").first.click()
    page.wait_for_url(re.compile("behind=stay~"))
    page.get_by_role("heading", name=re.compile(f"Stay of {person}")).wait_for()
    page.get_by_role("link", name="holders and rows").first.click()
    page.wait_for_url(re.compile("behind=thing~"))


def test_enter_opens_the_only_hit(enter, person):
    """On another page than the one that it leads to; nothing is clicked."""
    page = enter().page
    show(page, "today", person)
    page.get_by_placeholder("Find a zone, person or thing").fill(person)
    page.get_by_role("region", name="Results").get_by_role("link").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/dash/person\?entity={person}"))
    page.get_by_role("heading", name=f"Identity of {person}").wait_for()


def test_a_page_can_be_sent_as_a_link(enter, person):
    """The address holds the state: opened in a new tab it shows the same person; a link leads from a finding there."""
    page = enter().page
    show(page, "findings", person)
    link = page.get_by_role("link", name=PERSON).first
    name = link.inner_text()
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    tab = opened.value
    tab.wait_for_selector("canvas")
    assert f"entity={name}" in tab.url
    tab.get_by_role("heading", name=re.compile(name)).first.wait_for()


def test_choices_stand_in_the_address_and_back_works(enter, person):
    """Another zone is chosen: the address says so, the page changes in place, and back brings the first one again."""
    page = enter().page
    show(page, "zones", person)
    before = page.evaluate("performance.timeOrigin")
    page.get_by_label("Zone", exact=True).focus()
    page.keyboard.type("Caf")
    page.wait_for_url(re.compile(r".*zone_id=CAF.*"))
    page.get_by_role("heading", name=re.compile("Forecast of Cafeteria")).wait_for()
    assert page.evaluate("performance.timeOrigin") == before
    page.go_back()
    page.wait_for_url(re.compile(r".*zone_id=LIBRARY.*"))
    page.get_by_role("heading", name=re.compile("Forecast of Reading room")).wait_for()


def test_rows_stand_behind_each_chart(enter, person):
    """Today's first card opens its rows."""
    page = enter().page
    show(page, "today", person)
    page.get_by_role("button", name=re.compile(r"Rows")).first.click()
    page.wait_for_selector(".tabulator-row")


def test_search_leads_to_a_person(enter, person):
    """A part of a pseudonym typed into the header offers the person's page."""
    page = enter().page
    show(page, "today", person)
    box = page.get_by_placeholder(re.compile("Find", re.IGNORECASE))
    box.fill(person[:5])
    box.press("Enter")
    page.get_by_role("link", name=re.compile(person)).first.click()
    page.wait_for_url(re.compile(rf".*/dash/person\?.*entity={person}.*"))


def test_people_are_pseudonyms_unless_the_role_reveals(door, visit, person):
    """The same page for an analyst and for security: only one shows a name."""
    names, mails = {}, {}
    for name, role in (("rosa", "analyst"), ("sven", "security")):
        watched = visit(door.url)
        first_login(watched.page, name, door.add(name, role))
        show(watched.page, "person", person)
        names[role] = watched.page.get_by_text("Name", exact=True).count()
        mails[role] = watched.page.get_by_text(re.compile(r"\w@\w")).count()
    assert names["analyst"] == 0 < names["security"]
    assert mails["analyst"] == 0 < mails["security"]
