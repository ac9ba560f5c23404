"""The board on the tiny campus: what it asks, hides, says and renews."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
import tiny_campus

import fazri_lib as fazri
from fazri_lib.access import ROLES, Grant, identifier_label, pseudonym

pytestmark = [pytest.mark.slow, pytest.mark.engine]


@pytest.fixture
def home(tmp_path):
    """A tiny campus of its own."""
    return tiny_campus.make(tmp_path)


def read_as(home, role):
    """A campus opened for a reader with a role, and a menu of all pages."""
    from fazri_lib.campus.pool import Pool
    from fazri_lib.campus.reading import Link, Reader, read_by
    from fazri_lib.settings import load

    settings = load(home)
    pages = tuple(
        Link(name.title(), f"/dash/{name}", "map") for name in ("today", "zones", "person", "findings", "thing")
    )
    reader = Reader("ada", Grant(ROLES[role]), home, settings, Pool(home, settings), pages=pages)
    with read_by(reader):
        return fazri.open()


def texts(board) -> str:
    """All HTML of the page."""
    import panel as pn  # noqa: TID251 - what a page is made of

    board._lay_out()
    return "\n".join(str(pane.object) for pane in board._frame._grid.select(pn.pane.HTML))


def test_a_question_becomes_a_card_with_its_sentence(home):
    """Zone names instead of ids, links to the page of the zone."""
    board = fazri.board("Today", read_as(home, "viewer"))
    board.add(board._campus.now)
    assert "10 people are on campus" in texts(board)
    assert "<a href='/dash/zones?zone_id=CAF'>Cafeteria</a>" in texts(board)


def test_without_pages_there_are_no_links(home):
    """As in JupyterLab."""
    with fazri.open(home) as campus:
        board = fazri.board("Today", campus)
        board.add(campus.now)
        assert "<a " not in texts(board)
        assert board.servable() is board._frame.page


def test_a_choice_asks_again_what_depends_on_it(home):
    """Only that: the card of all zones keeps its answer, and no card is made anew."""
    campus = read_as(home, "viewer")
    board = fazri.board("Zones", campus)
    zone = board.choice("zone_id", "LIB", campus.zone_names(), label="Zone")
    board.add(campus.expected, zone)
    board.add(campus.now)
    views = [asked.card.view for asked in board._asked]
    assert "Forecast of Library" in texts(board)
    board._fields["zone_id"].value = "CAF"
    assert "Forecast of Cafeteria" in texts(board)
    assert "Forecast of Library" not in texts(board)
    assert [asked.card.view for asked in board._asked] == views
    assert board._state == {"zone_id": "CAF"}


def test_a_failing_question_says_so_in_its_own_card(home):
    """The others stay; a fault of ours shows a reference and nothing of its text."""
    campus = read_as(home, "viewer")
    board = fazri.board("Zones", campus)
    board.add(campus.expected, "LIBB")
    board.add(campus.now)
    assert "no zone LIBB (did you mean LIB?)" in texts(board)
    assert "10 people are on campus" in texts(board)

    def now(self):
        raise ZeroDivisionError("secret of a row")

    board._campus = type("Broken", (), {"now": now})()
    board._ask(board._asked[1])
    assert "the reference for your administrator is" in texts(board)
    assert "secret" not in texts(board)


def test_what_the_reader_may_not_ask_is_not_shown(home):
    """A viewer sees counts of findings, not the findings; nobody's name leads anywhere."""
    for role, is_shown in (("viewer", False), ("manager", True)):
        campus = read_as(home, role)
        board = fazri.board("Today", campus)
        board.add(campus.severities)
        board.add(campus.findings)
        assert ("Most frequent" in texts(board)) is is_shown
        assert "in the last 7 days" in texts(board)


def test_a_page_about_nobody_explains_itself(home):
    """Cards that need somebody are not there; with somebody they are, and the audit hears of it once."""
    campus = read_as(home, "analyst")
    board = fazri.board("Person", campus)
    who = board.about("entity", "", missing="One person.", example=campus.example_person)
    board.choice("start", "", label="From", needs=who)
    board.add(campus.person, who)
    assert "One person." in texts(board)
    assert "Identity" not in texts(board)
    assert board._fields == {}
    board = fazri.board("Person", campus)
    board.add(campus.person, board.about("entity", pseudonym(1), missing="One person.", example=campus.example_person))
    assert f"Identity of {pseudonym(1)}" in texts(board)
    assert "Asha" not in texts(board)


def test_a_role_that_reveals_sees_the_name(home):
    """Security does."""
    campus = read_as(home, "security")
    board = fazri.board("Person", campus)
    board.add(campus.person, pseudonym(1))
    assert "Asha Rao" in texts(board)


def test_findings_are_chosen_by_their_rows(home):
    """Each row leads to this page with its id; the chosen one is marked and explained."""
    campus = read_as(home, "manager")
    board = fazri.board("Findings", campus)
    board._session.is_served = True
    chosen = board.about("finding", "2")
    board.add(campus.evidence, chosen)
    board.choose_from(campus.findings, chosen)
    assert "What to do: look" in texts(board)
    assert "href='?finding=3'" in texts(board)
    assert texts(board).count("class=chosen") == 1


def test_other_rows_begin_with_their_first_page(home):
    """Page 3 of 60 findings; after a choice the first 25 of the 55 that it leaves, as the address says."""
    rows = tiny_campus.tables()
    many = [tiny_campus.finding(n, "off_hours", "high" if n > 5 else "low", 0.9, "07:00") for n in range(1, 61)]
    tiny_campus.publish(home, rows | {"findings": pd.DataFrame(many)})
    campus = read_as(home, "manager")
    board = fazri.board("Findings", campus)
    board._session.is_served = True
    severity = board.choice("severity", "", {"all": "", "high": "high"})
    board.choose_from(campus.findings, board.about("finding", ""), 3, severity=severity)
    assert "51 to 60 of 60" in texts(board)
    board._fields["severity"].value = "high"
    assert "1 to 25 of 55" in texts(board)
    assert "page=2" in texts(board)
    assert "page" not in board._state


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Bokeh 3.9 on pandas 3
@pytest.mark.filterwarnings("ignore:Both .variant.")  # panel-material-ui 0.16 on Panel 1.9
def test_rows_are_made_when_they_are_opened(home):
    """Before that there is no table; after a choice an open table gets the new rows in place."""
    campus = read_as(home, "viewer")
    board = fazri.board("Zones", campus)
    zone = board.choice("zone_id", "LIB", campus.zone_names())
    board.add(campus.expected, zone, past_days=1, hours=6)
    rows = board._asked[0].card._rows
    assert rows._table is None
    rows.view.active = [0]
    table = rows._table
    assert set(table.value["Zone id"]) == {"LIB"}
    board._choose(zone, "CAF")
    assert rows._table is table
    assert set(table.value["Zone id"]) == {"CAF"}
    saved = pd.read_csv(rows._csv())
    assert (list(saved), set(saved["Zone id"])) == (list(table.value), {"CAF"})


def test_a_run_published_while_the_page_is_open_renews_it(home, tmp_path_factory):
    """A page that follows the latest moment asks everything again and says so; one that looks back does not."""
    follows, looks_back = read_as(home, "viewer"), read_as(home, "viewer")
    board, old = fazri.board("Today", follows), fazri.board("Today", looks_back, "2025-09-13T12:00")
    for made in (board, old):
        made.add(made._campus.now)
        made._renew()
    assert "Newer data" not in texts(board)
    rows = tiny_campus.tables()
    rows["occupancy"] = rows["occupancy"].assign(people=7.0, quality="measured")
    tiny_campus.publish(home, rows)
    for made in (board, old):
        made._renew()
    assert "Newer data was published" in texts(board)
    assert "14 people are on campus" in texts(board)
    assert "Newer data" not in texts(old)


def test_an_extract_that_goes_away_leaves_the_page_as_it_is(home):
    """The fault is said; what was shown stays."""
    campus = read_as(home, "viewer")
    board = fazri.board("Today", campus)
    board.add(campus.now)
    current = home / "state" / "extract" / "current.json"
    current.write_text(current.read_text() + " ")
    for part in (home / "state" / "extract").glob("*.duckdb"):
        shutil.move(part, part.with_suffix(".gone"))
    board._renew()
    assert "of its files are missing" in texts(board)
    assert "10 people are on campus" in texts(board)


def test_the_dark_side_is_told_and_links_do_not_carry_it(home):
    """The address tells each switch, for the front's cookie; a link that is sent leaves others their own choice."""
    campus = read_as(home, "viewer")
    board = fazri.board("Today", campus)
    board.add(campus.now)
    for is_dark, told in ((True, "dark"), (False, "light")):
        board._frame.page.dark_theme = is_dark
        assert board._state == {"theme": told}
        assert "theme" not in board._frame._nav.object
        assert "theme" not in board._frame._bar.object


def test_the_box_finds_with_reasons_and_leads_to_the_page(home):
    """A zone by a misspelt name; a person for who sees names, with what matched; a kind without a page, too."""
    board = fazri.board("Today", read_as(home, "security"))
    label = pseudonym(1)
    assert board._find("libary") == [("zone", "Library", "name Library, one letter differs", "/dash/zones?zone_id=LIB")]
    assert board._find("asha") == [
        ("person", "Asha Rao", f"{label}, student, CSE; name Asha Rao", f"/dash/person?entity={label}")
    ]
    card = identifier_label("C9")
    *_, thing = board._find("C9")
    assert thing == ("card", "C9", f"{card}; card is C9", f"/dash/thing?which=card_id%3A{card}")
    rows = tiny_campus.tables()
    rows["entities"].loc[0, "kind"] = "projector"
    tiny_campus.publish(home, rows)
    board = fazri.board("Today", read_as(home, "analyst"))
    assert [(found[0], found[3]) for found in board._find("projector")] == [
        ("projector", f"/dash/person?entity={label}")
    ]


def test_enter_opens_the_only_hit(home):
    """One hit with a page is opened; of several none."""
    board = fazri.board("Today", read_as(home, "security"))
    went = []
    board._frame._go = went.append
    for text in ("chitra", "student", "nobody at all"):
        board._frame._search.value_input = text
        board._frame._search.param.trigger("enter_pressed")
    assert went == [f"/dash/person?entity={pseudonym(3)}"]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Bokeh 3.9 on pandas 3
@pytest.mark.filterwarnings("ignore:Both 'variant' and 'button_style'")  # the Material button on Panel's
def test_figures_lead_to_the_rows_behind_them(home):
    """Below a card for all of it, in its table for each row; the page then shows them open, above the others."""
    campus = read_as(home, "analyst")
    board = fazri.board("Person", campus)
    board._session.is_served = True
    board.behind("behind", "")
    board.add(campus.person, 1)
    board.add(campus.timeline, 1)
    label = pseudonym(1)
    told = texts(board)
    assert f"Rests on: <a href='?behind=records~{label}'>directory rows</a>." in told
    assert f"<a href='?behind=thing~card_id%3A{identifier_label('C1')}'>card id" in told
    rows = board._asked[2].card._rows
    rows.view.active = [0]
    assert rows._table.value["Behind"].tolist() == ["?behind=stay~1", "?behind=stay~2", "?behind=stay~3"]

    opened = fazri.board("Person", campus)
    opened._session.is_served = True
    opened.behind("behind", "stay~1")
    assert f"Stay of {label} in Library" in texts(opened)
    assert "<a href='?behind=thing~" not in texts(opened)  # its only row has no identifier
    opened._asked[0].arguments[0].value = f"timeline~{label}"
    opened._ask(opened._asked[0])
    assert texts(opened).count("'>logged rows</a>") == 3
    assert "<a href='?behind=stay~1'>logged rows</a>" in texts(opened)
    refused = fazri.board("Person", campus)
    refused.behind("behind", "close")
    assert "these rows are not known" in texts(refused)
    assert campus.people().frame is not None  # still open
