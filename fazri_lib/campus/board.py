"""A board: a page of questions to the campus that are asked again whenever its reader chooses or a run publishes."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pandas as pd

from fazri_lib import log
from fazri_lib.campus.asked import Asked, Choice
from fazri_lib.campus.links import Links
from fazri_lib.campus.thing_search import spoken_kind
from fazri_lib.errors import AccessDeniedError, FazriError
from fazri_lib.views import board_actions, board_answers, board_cards, board_choices, board_page
from fazri_lib.views.board_session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.facade import Campus

_LOOK_EVERY_S = 5.0
_CARRIED = ("as_of",)
_THEME = "theme"  # the front keeps it in a cookie and takes it out of the address again


class Board:
    """A page that the notebook fills. Get it by `fazri.board()`.

    Args:
        title: of the page.
        campus: to ask.
        as_of: the notebook's parameter: moment to look from, empty for the latest one.
    """

    def __init__(self, title: str, campus: Campus, as_of: str = "") -> None:
        self._campus, self._as_of, self._title = campus, as_of, title
        self._session = Session()
        query = self._session.query()
        self._state = dict(query)
        self._is_dark = query.get(_THEME) == "dark"
        reader = campus.reader
        self._links = Links(reader.pages if reader else (), {})
        self._words = board_answers.Words(self._ids(), self._href, campus.time_zone)
        self._frame = board_page.Frame(title, self._place(), self._find, self._session.go, is_dark=self._is_dark)
        self._frame.on_side(self._turned)
        self._asked: list[Asked] = []
        self._fields: dict[str, Any] = {}
        self._notice = board_cards.plain("", visible=False)
        self._extra: list[Any] = []
        self._missing: list[Choice] = []
        self._open_question: dict[str, str] = {}
        self._unsettled: list[board_actions.Actions] = []
        self._page = 1
        self._carry()

    def choice(
        self,
        name: str,
        value: Any,
        options: Mapping[str, Any] | Callable[..., Mapping[str, Any]] | None = None,
        *,
        label: str = "",
        needs: Choice | None = None,
    ) -> Choice:
        """Let the reader choose a value; questions that got the choice are asked again when it changes.

        Args:
            name: of the notebook's parameter, which the page's address sets.
            value: chosen at first.
            options: values by what they are called, or a question of the campus about `needs` that gives them, as
                campus.near; without them the field is for a day, as 2025-09-13.
            label: of the field.
            needs: another choice without which there is nothing to choose here.
        """
        made = Choice(name, value)
        if needs in self._missing:
            return made
        try:
            options = options(_value(needs)) if callable(options) else options
        except FazriError:  # the card that takes the choice says what is wrong
            return made
        chosen = lambda new: self._choose(made, new)  # noqa: E731 - a field calls with the value alone
        if options is None:
            self._fields[name] = board_choices.day(label or name, str(value), chosen)
        else:
            self._fields[name] = board_choices.listed(label or name, options, value, chosen)
        return made

    def parameter(self, name: str, value: Any) -> Choice:
        """Return a value that the page's address sets and for which there is no field.

        Args:
            name: of the notebook's parameter.
            value: as the address says.
        """
        return Choice(name, value)

    def about(self, name: str, value: str, *, missing: str = "", example: Callable[[], str] | None = None) -> Choice:
        """Return what the page is about, as its address says; links and the search lead to others.

        Args:
            name: of the notebook's parameter.
            value: as the address says; while it is empty, no card that needs it is shown.
            missing: what to say then, one paragraph a line; nothing for no word about it.
            example: gives a value to begin with.
        """
        made = Choice(name, value)
        if not value:
            self._missing.append(made)
        if missing and not value:
            self._introduce(name, missing, example)
        return made

    def add(
        self, question: Callable[..., Answer], *arguments: Any, width: str = "full", lead: bool = False, **named: Any
    ) -> None:
        """Add a card with the answer to a question.

        Args:
            question: of the campus, as campus.forecast.
            arguments: its arguments; choices among them are read anew each time.
            width: "full", "wide", "half" or "slim": 12, 8, 6 or 4 of 12 columns, with " tall" beside two others; on
                phones always the whole width.
            lead: whether its sentence is the most important one of the page.
            named: its named arguments; and `choose`, a choice that a tap on the chart sets, `chart=False` for no chart,
                `opened=True` for its rows to be shown at once.
        """
        chosen, has_chart = named.pop("choose", None), named.pop("chart", True)
        is_open = named.pop("opened", False)
        card = board_cards.Card(self._words, width, is_lead=lead, has_chart=has_chart, is_open=is_open)
        card.paint(is_dark=self._is_dark)
        asked = Asked(card, question.__name__, arguments, named, chosen)
        self._asked.append(asked)
        self._ask(asked)
        if chosen is not None:
            card.on_tap(lambda key: self._choose(chosen, key))

    def behind(self, name: str, value: str) -> None:
        """Let figures of the cards to come lead to the rows behind them: this page with a card of those rows.

        Args:
            name: of the notebook's parameter.
            value: key of the rows looked into, as the address says; empty for none.
        """
        chosen = self.about(name, value)
        self._words.behind = lambda key: self._chosen(chosen, key)
        self.add(self._campus.behind, chosen, lead=True, chart=False, opened=True)

    def choose_from(self, question: Callable[..., Answer], chosen: Choice, page: int = 1, **named: Any) -> None:
        """Add a table of findings in which each row leads to this page with that finding chosen.

        Args:
            question: campus.findings.
            chosen: what the rows choose.
            page: of the table, from 1; the notebook's parameter of that name.
            named: arguments of the question.
        """
        self._page = page
        card = board_cards.Card(self._words, "full", is_lead=True, has_chart=False)
        asked = Asked(card, question.__name__, (), named)
        asked.shown = lambda answer: card.put(
            board_answers.choosable(
                answer, self._words, lambda key: self._chosen(chosen, key), chosen.value, self._page
            )
        )
        self._asked.append(asked)
        self._ask(asked)

    def decide(self, question: Callable[..., Answer], which: Choice, kind: Choice) -> Choice:
        """Add a card with a question about records and the buttons that answer it; then the next one is asked.

        Return the two records that it is about, for further cards.

        Args:
            question: campus.question.
            which: the question that the address asks for; empty for the first of the queue.
            kind: of the queue.
        """
        card = board_cards.Card(self._words, "full", is_lead=True)
        card.paint(is_dark=self._is_dark)
        asked = Asked(card, question.__name__, (which, kind), {})
        about = Choice("pair", "")
        actions = board_actions.Actions(partial(self._decide, which))
        asked.shown = lambda answer: self._open_for(which, about, actions, answer)
        card.actions = [actions.view]
        self._asked.append(asked)
        self._ask(asked)
        return about

    def _open_for(self, which: Choice, about: Choice, actions: board_actions.Actions, answer: Answer) -> None:
        """Remember which question is open, and ask again what is about its two records."""
        row = answer.tables["question"].iloc[0] if "question" in answer.tables else None
        label = "" if row is None else str(row["question"])
        if self._open_question.get(which.name, label) != label:
            self._unsettled.append(actions)
        self._open_question[which.name] = label
        pair = "" if row is None else f"{row['left']} {row['right']}"
        if about.value != pair:
            about.value = pair
            for asked in [item for item in self._asked if item.depends_on(about)]:
                self._ask(asked)

    def _settle(self) -> None:
        """Once the browser is sent another question, let its buttons rest for a moment."""
        while self._unsettled:
            self._unsettled.pop().settle()

    def _decide(self, which: Choice, verdict: str, reason: str) -> None:
        """Note an answer, or withdraw the last one; ask everything again and say what became of it."""
        try:
            label = self._open_question.get(which.name, "")
            told = (
                self._campus.withdraw()
                if verdict == board_actions.WITHDRAW
                else self._campus.decide(label, verdict, reason)
            )
        except FazriError as error:
            told = f"Not noted: {error}."
        else:
            which.value = ""
        with self._session.together():
            if not which.value:
                self._set_state(which.name, "")
            for asked in self._asked:
                self._ask(asked)
            self._say(told)
        self._settle()

    def _chosen(self, choice: Choice, key: str) -> str | None:
        """Address of this page with a row, or a page of the table, chosen."""
        name, value = ("page", key.removeprefix("page")) if key.startswith("page") else (choice.name, key)
        return f"?{urlencode(self._state | {name: value})}" if self._session.is_served else None

    def servable(self) -> Any:
        """Serve the page; in a notebook, show it."""
        self._lay_out()
        self._session.every(_LOOK_EVERY_S, self._renew)
        self._session.at_end(self._close)
        return self._frame.page.servable(title=self._title)

    def _introduce(self, name: str, missing: str, example: Callable[[], str] | None) -> None:
        try:
            value = example() if example else ""
        except FazriError:  # nobody was seen yet, or the reader may not look at people: then without an example
            value = ""
        query = urlencode({name: value, **self._links.carried})
        links = [(f"Look at an example: {value}", f"?{query}")] if value and self._session.is_served else []
        self._extra.append(board_cards.introduction(self._title, missing, links))

    def _close(self) -> None:
        self._campus.close()  # the one of now: runs may have renewed it

    def _ask(self, asked: Asked) -> None:
        """Ask and show; a question that fails says so in its own card, the others stay."""
        if any(asked.depends_on(choice) for choice in self._missing):
            asked.is_hidden = True
            return
        arguments = [_value(item) for item in asked.arguments]
        named = {name: _value(item) for name, item in asked.named.items()}
        chosen = asked.chosen.value if asked.chosen else None
        try:
            answer = getattr(self._campus, asked.question)(*arguments, **named)
            asked.card.show(answer, chosen=chosen)
            if asked.shown is not None:
                asked.shown(answer)
        except AccessDeniedError:
            asked.is_hidden = True
        except FazriError as error:
            asked.card.say("No answer", str(error))
        except Exception as error:  # noqa: BLE001 - the border of a card: one fault must not take the page away
            reference = uuid.uuid4().hex[:8]
            log.get("board").error(
                "card failed", question=asked.question, reference=reference, fault=type(error).__name__
            )
            asked.card.say(
                "No answer", f"Something went wrong here; the reference for your administrator is {reference}."
            )

    def _choose(self, choice: Choice, value: Any) -> None:
        """Take a choice: ask what depends on it, and write it into the address, once."""
        if choice.value == value:
            return
        choice.value, self._page = value, 1  # other rows begin with their first page
        with self._session.together():
            self._sync_field(choice)
            self._set_state(choice.name, "" if value is None else str(value))
            for asked in [item for item in self._asked if item.depends_on(choice)]:
                self._ask(asked)
        self._settle()

    def _sync_field(self, choice: Choice) -> None:
        """A tap on the map sets the field of the same choice, too."""
        made = self._fields.get(choice.name)
        if made is not None and made.value != choice.value and not isinstance(made.value, dt.date):
            made.value = choice.value

    def _set_state(self, name: str, value: str) -> None:
        is_choice = name not in {*_CARRIED, _THEME}
        dropped = {name, "page"} if is_choice else {name}
        state = {key: old for key, old in self._state.items() if key not in dropped}
        self._state = state | ({name: value} if value else {})
        self._carry()
        self._session.push(self._state)

    def _carry(self) -> None:
        self._links.carried = {name: self._state[name] for name in _CARRIED if self._state.get(name)}
        self._frame.tell(self._clock(), {name: value for name, value in self._state.items() if name != _THEME})

    def _turned(self, is_dark: bool) -> None:
        self._is_dark = is_dark
        with self._session.together():
            self._frame.paint(is_dark=is_dark)
            for asked in self._asked:
                asked.card.paint(is_dark=is_dark)
            self._set_state(_THEME, "dark" if is_dark else "light")

    def _renew(self) -> None:
        """Look for a newer extract; while the page follows the latest moment, show it and say so."""
        if self._as_of or not self._campus.is_stale():
            return
        try:
            campus = self._campus.latest()
        except FazriError as error:
            self._say(str(error))
            return
        old, self._campus = self._campus, campus
        with self._session.together():
            for asked in self._asked:
                self._ask(asked)
            self._carry()
            self._say(f"Newer data was published: {campus.note}.")
        self._settle()
        old.close()

    def _say(self, text: str) -> None:
        self._notice.object = board_cards.notice(text)
        self._notice.visible = True

    def _lay_out(self) -> None:
        bar = [board_choices.bar(list(self._fields.values()))] if self._fields else []
        cards = [asked.card.view for asked in self._asked if not asked.is_hidden]
        self._frame.lay_out([self._notice, *self._extra, *bar, *cards])

    def _href(self, page: str, **state: Any) -> str | None:
        return self._links.href(page, **state)

    def _ids(self) -> dict[str, str]:
        return {zone_id: name for name, zone_id in self._campus.zone_names().items()}

    def _find(self, text: str) -> list[tuple[str, str, str, str | None]]:
        found = self._campus.look_up(text).frame
        pages = {"zone": ("zones", "zone_id"), "person": ("person", "entity")}
        results = []
        for row in found.to_dict("records"):
            usual = ("thing", "which") if ":" in str(row["key"]) else pages["person"]
            page, name = pages.get(str(row["kind"]), usual)
            told = "; ".join(str(part) for part in (row["more"], row["reason"]) if part)
            results.append(
                (spoken_kind(str(row["kind"])), str(row["label"]), told, self._href(page, **{name: row["key"]}))
            )
        return results

    def _place(self) -> Any:
        reader = self._campus.reader
        if reader is None:
            return board_page.Place(self._campus.name)
        pages = [(page.title, page.path, page.icon) for page in reader.pages]
        account = [(page.title, page.path, page.icon) for page in reader.account_links]
        return board_page.Place(self._campus.name, pages, account, reader.user, self._session.path)

    def _clock(self) -> Any:
        zone = self._campus.time_zone
        moment, latest = (pd.Timestamp(at).tz_convert(zone) for at in (self._campus.as_of, self._campus.latest_moment))
        form = "%Y-%m-%dT%H:%M"
        told = f"{moment:%a %d %b %Y %H:%M}"
        return board_page.Clock(told, f"{moment:{form}}", f"{latest:{form}}", zone, not self._as_of)


def board(title: str, campus: Campus, as_of: str = "") -> Board:
    """Return an empty board; add questions, then end the notebook's last cell with `.servable()` on it.

    Args:
        title: of the page.
        campus: to ask.
        as_of: the notebook's parameter: moment to look from, empty for the latest one, which the page then follows.
    """
    return Board(title, campus, as_of)


def _value(item: Any) -> Any:
    return item.value if isinstance(item, Choice) else item
