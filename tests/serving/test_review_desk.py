"""Answers from dashboards: noted for the reader whose login holds, in the database of the campus."""

from __future__ import annotations

import datetime as dt

import pytest

from fazri_lib.access.passwords import CHEAPEST, Passwords
from fazri_lib.errors import AccessDeniedError
from fazri_lib.resolution.review import Node, Verdict
from fazri_lib.serving.readers import Known
from fazri_lib.serving.review_desk import desks_of
from fazri_lib.settings import Serving
from fazri_lib.store.operations import open_operations
from fazri_lib.workflows.accounts import Accounts
from fazri_lib.workflows.audit import Audit

NOW = dt.datetime(2025, 9, 13, 12)
PAIR = (Node("staff", "1"), Node("cards", "2"))


@pytest.fixture
def home(tmp_path):
    """An empty campus."""
    (tmp_path / "fazri.toml").write_text('time_zone = "Asia/Kolkata"\n', encoding="utf-8")
    return tmp_path


def test_a_reader_answers_while_the_login_holds(home):
    """Answer and withdrawal carry the reader's name, and nothing is written once the login has ended."""
    with open_operations(None, home) as operations:
        accounts = Accounts(operations, Serving(), lambda: NOW, Passwords(CHEAPEST))
        login = accounts.session(accounts.log_in("ann", accounts.add("ann", ["analyst"])).token)
        desks = desks_of(str(home), lambda: NOW)
        desk = desks(Known("ann", login.session_id, login.scopes))
        made = desk.answer(PAIR, Verdict.SAME, NOW, "")
        assert desk.withdraw(made.decision_id, NOW).withdrawn_by == made.decided_by == desk.name == "ann"
        accounts.log_out(login.session_id)
        with pytest.raises(AccessDeniedError, match="got one that has ended"):
            desk.answer(PAIR, Verdict.SAME, NOW, "")
        assert [one.stands for one in desk.decisions()] == [False]
        events = [entry.event for entry in Audit(operations, lambda: NOW).entries(3)]
        assert events == ["logout", "decision withdrawn", "records decided"]
        desks.reviews.operations.close()
