"""Accounts: who may sign in, what stops a guesser, how long a login holds and what ends it; on both engines."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from operations import execute, reopened

from fazri_lib.access import ROLES, Scope
from fazri_lib.access.lockout import Lockout, Tally
from fazri_lib.access.passwords import CHEAPEST, STANDARD, Passwords
from fazri_lib.errors import AccountError, UnknownNameError
from fazri_lib.settings import Serving
from fazri_lib.workflows.accounts import ONE_TIME, Accounts
from fazri_lib.workflows.attempts import name_hash
from fazri_lib.workflows.audit import Audit

START = dt.datetime(2025, 9, 13, 12)
GOOD = "seven brown horses"


@dataclass
class Clock:
    """A clock that tests set."""

    now: dt.datetime = START
    told: list[dt.datetime] = field(default_factory=list)

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.now

    def on(self, **span: float) -> None:
        """Let time go on."""
        self.now += dt.timedelta(**span)


@pytest.fixture
def clock():
    """A clock at noon."""
    return Clock()


@pytest.fixture
def accounts(operations, clock):
    """No accounts yet; settings as they come: 30 min idle, 12 h in all, a lock of 15 min after 5 failures."""
    return Accounts(operations, Serving(), clock, Passwords(CHEAPEST))


@pytest.fixture
def ann(accounts):
    """Ann, an analyst with a password of her own; her login."""
    return sign_up(accounts, "ann", "analyst")


def sign_up(accounts: Accounts, name: str, *roles: str):
    """Make an account with a password of its owner; return the login."""
    once = accounts.add(name, roles)
    login = accounts.session(accounts.log_in(name, once).token)
    accounts.change_password(login.session_id, once, GOOD)
    return login


def told(accounts: Accounts) -> list[tuple[str, str, str]]:
    """Event, actor and subject of the audit log, the oldest first."""
    return [(e.event, e.actor, e.subject) for e in reversed(Audit(accounts.operations, accounts.clock).entries(1000))]


def guess(accounts: Accounts, clock: Clock, times: int, name: str = "ann") -> list[tuple[str, float]]:
    """Give wrong passwords, waiting as told; return the answers."""
    answers = []
    for _ in range(times):
        answer = accounts.log_in(name, "wrong")
        assert answer.token is None
        answers.append((answer.reason, answer.wait_s))
        if answer.reason == "wrong":
            clock.on(seconds=answer.wait_s)
    return answers


# --- signing in


def test_first_login(accounts):
    """The one-time password signs in to one's own account only, until it is changed; then the roles count."""
    once = accounts.add("Ann", ["analyst", "viewer"])
    login = accounts.session(accounts.log_in(" ANN ", once).token)
    assert (login.name, login.roles, login.must_change) == ("ann", {"analyst", "viewer"}, True)
    assert login.scopes == {Scope.OWN}
    accounts.change_password(login.session_id, once, GOOD)
    assert accounts.log_in("ann", once).reason == "wrong"
    token = None
    accounts.clock.on(seconds=1)
    token = accounts.log_in("ann", GOOD).token
    assert accounts.session(token).scopes == ROLES["analyst"] | ROLES["viewer"]
    assert not accounts.session(token).must_change


def test_only_a_digest_is_stored(accounts, ann):
    """Neither a token nor a password is in the database."""
    token = accounts.log_in("ann", GOOD).token
    with accounts.operations.engine.connect() as connection:
        stored = str([connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("users", "sessions")])  # noqa: S608 - fixed names
    assert len(token) == 43
    assert token not in stored
    assert GOOD not in stored
    assert "$argon2id$" in stored


def test_each_login_has_a_new_token(accounts, ann):
    """A token given before the login is worth nothing after it: every login gets its own."""
    tokens = {accounts.log_in("ann", GOOD).token for _ in range(3)}
    assert len(tokens) == 3
    assert len({accounts.session(token).session_id for token in tokens}) == 3


@pytest.mark.parametrize("token", ["", "x", "\ud800", "0" * 10_000])
def test_strange_tokens(accounts, token):
    """What is no token is nobody."""
    assert accounts.session(token) is None


@pytest.mark.parametrize("name", ["", "a b", "\x00", "ann' OR '1'='1", "x" * 10_000])
def test_strange_names(accounts, ann, name):
    """What no account can be called is answered like a wrong password."""
    answer = accounts.log_in(name, GOOD)
    assert (answer.token, answer.reason, answer.wait_s) == (None, "wrong", 1.0)


def test_unknown_names_get_the_same_answers(accounts, ann, clock):
    """A guesser sees no difference between a name that exists and one that does not, not even by the lock."""
    expected = [("wrong", 1.0), ("wrong", 2.0), ("wrong", 4.0), ("wrong", 8.0), ("locked", 900.0), ("locked", 900.0)]
    assert guess(accounts, clock, 6, "ann") == expected
    assert guess(accounts, clock, 6, "nobody") == expected


def test_unknown_names_are_compared_too(accounts, ann, clock, monkeypatch):
    """For a name that no account has a password is compared as well, so the answer takes as long."""
    compared = []
    verify = Passwords.verify
    monkeypatch.setattr(Passwords, "verify", lambda self, *given: compared.append(given[0]) or verify(self, *given))
    for name in ("ann", "nobody", "no name at all"):
        accounts.log_in(name, "wrong")
    assert [stored is not None for stored in compared] == [True, False, False]


def test_unknown_names_do_not_reach_the_log(accounts):
    """What is typed as a name may be a password: the audit log tells the refusal without it."""
    accounts.log_in("hunter2hunter2", "x")
    assert told(accounts) == [("login refused", "", "")]


# --- waits and locks


def test_too_early(accounts, ann, clock):
    """After a failure even the right password must wait; that refusal is neither counted nor told in the log."""
    accounts.log_in("ann", "wrong")
    before = told(accounts)
    clock.on(seconds=0.25)
    answer = accounts.log_in("ann", GOOD)
    assert (answer.token, answer.reason, answer.wait_s) == (None, "wait", 0.75)
    clock.on(seconds=0.75)
    assert told(accounts) == before
    assert accounts.log_in("ann", GOOD).token


def test_lock_after_five(accounts, ann, clock):
    """Five failures lock for 15 minutes, the right password too; the log tells it; the login that holds goes on."""
    guess(accounts, clock, 5)
    assert told(accounts)[-1] == ("account locked", "fazri", "ann")
    clock.on(minutes=14)
    assert accounts.log_in("ann", GOOD).reason == "locked"
    assert accounts.still_valid([ann.session_id]) == {ann.session_id}
    assert accounts.users()[0].locked_until == clock.now + dt.timedelta(minutes=1)
    clock.on(minutes=1)
    assert accounts.log_in("ann", GOOD).token
    assert accounts.users()[0].locked_until is None


def test_login_forgets_failures(accounts, ann, clock):
    """Failures count in a row: after a login the next failure is the first again."""
    guess(accounts, clock, 4)
    assert accounts.log_in("ann", GOOD).token
    assert guess(accounts, clock, 1) == [("wrong", 1.0)]


def test_counters_survive_a_restart(accounts, ann, clock):
    """Another process goes on counting where this one was."""
    guess(accounts, clock, 3)
    with reopened(accounts.operations) as other:
        again = Accounts(other, Serving(), clock, Passwords(CHEAPEST))
        assert guess(again, clock, 2) == [("wrong", 8.0), ("locked", 900.0)]
    assert accounts.log_in("ann", GOOD).reason == "locked"


def test_parallel_guesses_are_all_counted(accounts, ann, clock, monkeypatch):
    """Of eight guesses that all look before any is counted no more than five are compared; then the name is locked."""
    compared, looked = [], threading.local()
    verify, refusal, all_looked = Passwords.verify, Lockout.refusal, threading.Barrier(8)

    def look_together(rule, tally, now):
        answer = refusal(rule, tally, now)
        if not getattr(looked, "once", False):
            looked.once = True
            all_looked.wait(timeout=10)
        return answer

    monkeypatch.setattr(Passwords, "verify", lambda self, *given: compared.append(1) or verify(self, *given))
    monkeypatch.setattr(Lockout, "refusal", look_together)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: accounts.log_in("ann", f"guess {n}"), range(8)))
    assert len(compared) <= 5
    assert {answer.token for answer in answers} == {None}
    with accounts.operations.read() as rows:
        assert rows.attempts.tally(name_hash("ann")).failures == len(compared)


def test_guesses_of_other_names_are_forgotten(accounts, clock):
    """What was counted for a name is removed once a lock's time has gone by: the table does not grow for ever."""
    accounts.log_in("nobody", "x")
    clock.on(minutes=16)
    accounts.log_in("nobody-else", "x")
    with accounts.operations.read() as rows:
        assert list(rows.attempts.tallies()) == [name_hash("nobody-else")]
        assert rows.attempts.tally(name_hash("nobody")) == Tally()


# --- how long a login holds


def test_idle_limit(accounts, ann, clock):
    """Thirty minutes without a request end a login, to the second; each request before begins them anew."""
    token = accounts.log_in("ann", GOOD).token
    clock.on(minutes=29, seconds=59)
    assert accounts.session(token)
    clock.on(minutes=29, seconds=59)
    assert accounts.session(token)
    clock.on(minutes=30)
    assert accounts.session(token) is None
    assert accounts.still_valid([ann.session_id]) == set()


def test_idle_limit_is_extended_at_most_once_a_minute(accounts, ann, clock):
    """A request within a minute of the last extension writes nothing."""
    token = accounts.log_in("ann", GOOD).token
    ends = []
    for _ in range(4):
        clock.on(seconds=20)
        accounts.session(token)
        ends.append(accounts.session(token).ends_at)
    first, extended = START + dt.timedelta(minutes=30), START + dt.timedelta(minutes=31)
    assert ends == [first, first, extended, extended]


def test_short_idle_limit(operations, clock):
    """With a limit of one minute somebody who asks every ten seconds stays signed in."""
    accounts = Accounts(operations, Serving(idle_min=1), clock, Passwords(CHEAPEST))
    token = accounts.log_in("ann", accounts.add("ann", ["viewer"])).token
    for _ in range(30):
        clock.on(seconds=10)
        assert accounts.session(token)
    clock.on(seconds=60)
    assert accounts.session(token) is None


def test_absolute_limit(accounts, ann, clock):
    """After twelve hours a login ends however much it is used; `ends_at` tells the earlier limit."""
    token = accounts.log_in("ann", GOOD).token
    for _ in range(36 * 2 - 1):
        clock.on(minutes=10)
        login = accounts.session(token)
    assert login.ends_at == START + dt.timedelta(hours=12)
    clock.on(minutes=10)
    assert accounts.session(token) is None


def test_sockets_extend(accounts, ann, clock):
    """A login that is used by its WebSocket alone is extended by `extend`; one that has ended is not revived."""
    clock.on(minutes=20)
    accounts.extend({ann.session_id})
    clock.on(minutes=20)
    assert accounts.still_valid([ann.session_id]) == {ann.session_id}
    clock.on(minutes=40)
    accounts.extend({ann.session_id})
    accounts.extend(set())
    assert accounts.still_valid([ann.session_id]) == set()


def test_extending_often_changes_nothing(accounts, ann, clock):
    """Whoever asks again within a minute, a page and its many files for example, moves no limit."""
    clock.on(seconds=59)
    accounts.extend({ann.session_id})
    assert accounts.logins(ann.user_id)[0].seen_at == START
    clock.on(seconds=1)
    accounts.extend({ann.session_id})
    assert accounts.logins(ann.user_id)[0].seen_at == clock.now


def test_still_valid_is_one_query(accounts, ann, clock):
    """Any number of logins is looked up at once; nothing is extended by looking."""
    others = [accounts.session(accounts.log_in("ann", GOOD).token).session_id for _ in range(3)]
    accounts.log_out(others[0])
    assert accounts.still_valid([ann.session_id, *others, 9999]) == {ann.session_id, *others[1:]}
    assert accounts.still_valid([]) == set()
    clock.on(minutes=29)
    accounts.still_valid(others)
    clock.on(minutes=1)
    assert accounts.still_valid(others) == set()


# --- what ends a login


def test_log_out(accounts, ann):
    """Signing out ends that login and no other, once; it is told in the log."""
    token = accounts.log_in("ann", GOOD).token
    number = accounts.session(token).session_id
    assert accounts.log_out(number, address="10.0.0.7")
    assert not accounts.log_out(number)
    assert accounts.session(token) is None
    assert accounts.still_valid([ann.session_id]) == {ann.session_id}
    assert told(accounts)[-1] == ("logout", "ann", "ann")


def test_logins_of_an_account(accounts, ann, clock):
    """One's logins that hold are listed, the latest first; somebody else's cannot be ended."""
    ben = sign_up(accounts, "ben", "viewer")
    clock.on(minutes=5)
    accounts.log_in("ann", GOOD, "10.0.0.7")
    found = accounts.logins(ann.user_id)
    assert [login.address for login in found] == ["10.0.0.7", ""]
    assert (found[0].began_at, found[0].ends_at) == (clock.now, clock.now + dt.timedelta(minutes=30))
    assert not accounts.log_out(found[0].session_id, of_user=ben.user_id)
    assert accounts.log_out(found[0].session_id, of_user=ann.user_id)
    assert [login.session_id for login in accounts.logins(ann.user_id)] == [ann.session_id]


@pytest.mark.parametrize(
    "end",
    [
        lambda accounts: accounts.lock("ann"),
        lambda accounts: accounts.reset("ann"),
        lambda accounts: accounts.set_roles("ann", ["viewer"]),
    ],
    ids=["lock", "reset", "set_roles"],
)
def test_what_ends_all_logins(accounts, ann, end):
    """Lock, reset and other roles end every login of that account, seen by other processes too, and no other's."""
    ben = sign_up(accounts, "ben", "viewer")
    token = accounts.log_in("ann", GOOD).token
    with reopened(accounts.operations) as other:
        end(Accounts(other, Serving(), accounts.clock, Passwords(CHEAPEST)))
    assert accounts.session(token) is None
    assert accounts.still_valid([ann.session_id, ben.session_id]) == {ben.session_id}


def test_changed_password_ends_the_other_logins(accounts, ann):
    """The login that changed the password holds on, the others end."""
    other = accounts.session(accounts.log_in("ann", GOOD).token).session_id
    accounts.change_password(ann.session_id, GOOD, "eight green frogs")
    assert accounts.still_valid([ann.session_id, other]) == {ann.session_id}
    assert accounts.log_in("ann", "eight green frogs").token


# --- changing the password


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong", "eight green frogs", "password until now: expected the right one"),
        (GOOD, GOOD, "expected another one than the present"),
        (GOOD, "short", "12 characters or more, got 5"),
        (GOOD, "password1234", "commonest"),
    ],
)
def test_refused_changes(accounts, ann, old, new, words):
    """A wrong old password, the same again, a short or common one leave everything as it was."""
    with pytest.raises(AccountError, match=words):
        accounts.change_password(ann.session_id, old, new)
    accounts.clock.on(seconds=1)
    assert accounts.log_in("ann", GOOD).token


def test_guessing_the_old_password(accounts, ann, clock):
    """Wrong old passwords count like those of the login page: after five the right one is not even tried."""
    for _ in range(5):
        with pytest.raises(AccountError, match="password until now"):
            accounts.change_password(ann.session_id, "wrong", "eight green frogs")
        clock.on(seconds=8)
    with pytest.raises(AccountError, match="got too many; try again in 892 s"):
        accounts.change_password(ann.session_id, GOOD, "eight green frogs")
    assert accounts.log_in("ann", GOOD).reason == "locked"


def test_the_same_again_is_no_attempt(accounts, ann):
    """Whoever types the present password as the new one, however often, is neither kept waiting nor locked."""
    for _ in range(6):
        with pytest.raises(AccountError, match="expected another one than the present"):
            accounts.change_password(ann.session_id, GOOD, GOOD)
    with accounts.operations.read() as rows:
        assert rows.attempts.tally(name_hash("ann")) == Tally()
    assert accounts.log_in("ann", GOOD).token


def test_changed_while_the_new_one_is_hashed(accounts, ann, monkeypatch):
    """A login of the same account meanwhile hinders nothing; another password or a lock meanwhile does."""
    hashed = Passwords.hash

    def change(**columns):
        def meanwhile(self, password):
            with accounts.operations.write() as rows:
                rows.users.change(ann.user_id, **columns)
            return hashed(self, password)

        monkeypatch.setattr(Passwords, "hash", meanwhile)
        accounts.change_password(ann.session_id, GOOD, "eight green frogs")

    for columns in ({"password_hash": name_hash("another")}, {"locked_at": START}):
        before = {name: getattr(accounts._user_of(ann.session_id), name) for name in columns}
        with pytest.raises(AccountError, match="got one changed meanwhile"):
            change(**columns)
        with accounts.operations.write() as rows:
            rows.users.change(ann.user_id, **before)
            rows.attempts.clear(name_hash("ann"))
    change(last_login_at=START + dt.timedelta(seconds=1))
    monkeypatch.undo()
    assert accounts.log_in("ann", "eight green frogs").token


def test_ended_logins_change_nothing(accounts, ann):
    """A login that has ended cannot set a password."""
    accounts.log_out(ann.session_id)
    with pytest.raises(AccountError, match="this login has ended"):
        accounts.change_password(ann.session_id, GOOD, "eight green frogs")


def test_one_time_password_ends(accounts, clock):
    """A one-time password that nobody used for a week is worth nothing, and the list tells until when it is."""
    once = accounts.add("ann", ["viewer"])
    assert accounts.users()[0].one_time_until == START + ONE_TIME
    clock.on(days=7)
    assert accounts.log_in("ann", once).reason == "expired"
    assert accounts.log_in("ann", f"{once}x").reason == "wrong"
    clock.on(seconds=8)
    assert accounts.log_in("ann", accounts.reset("ann")).token


def test_stronger_parameters(operations, clock):
    """A hash of lower cost is made anew at the next login, and the password stays."""
    cheap = Accounts(operations, Serving(), clock, Passwords(CHEAPEST))
    once = cheap.add("ann", ["viewer"])
    dear = Accounts(operations, Serving(), clock, Passwords(STANDARD))
    assert dear.log_in("ann", once).token
    with operations.read() as rows:
        assert not dear.passwords.needs_rehash(rows.users.named("ann").password_hash)
    assert dear.log_in("ann", once).token


def test_changed_while_compared(accounts, ann, monkeypatch):
    """An account that is locked or reset while its password is compared lets nobody in."""
    verify = Passwords.verify
    for change, reason in ((accounts.reset, "wrong"), (accounts.lock, "locked")):
        with monkeypatch.context() as patched:
            password = accounts.reset("ann")
            patched.setattr(Passwords, "verify", lambda self, *given: verify(self, *given) and change("ann") != "")  # noqa: B023 - called at once
            answer = accounts.log_in("ann", password)
        assert (answer.token, answer.reason) == (None, reason)


# --- looking after accounts


@pytest.mark.parametrize(
    ("name", "roles", "error", "words"),
    [
        ("ann", ["viewer"], AccountError, "account ann: expected a new name, got one in use"),
        ("ANN", ["viewer"], AccountError, "got one in use"),
        ("b", ["viewer"], AccountError, "account name"),
        ("ben", ["analist"], UnknownNameError, r"did you mean analyst\?"),
        ("ben", [], AccountError, "expected at least one role"),
    ],
)
def test_refused_accounts(accounts, ann, name, roles, error, words):
    """A name in use, a strange one, no role or an unknown one makes no account."""
    with pytest.raises(error, match=words):
        accounts.add(name, roles)
    assert [user.name for user in accounts.users()] == ["ann"]


@pytest.mark.parametrize("call", ["reset", "lock", "unlock", "is_last_administrator"])
def test_unknown_accounts(accounts, ann, call):
    """There is no account of another name; the nearest is told."""
    with pytest.raises(UnknownNameError, match=r"did you mean ann\?"):
        getattr(accounts, call)("anne")


def test_lock_and_unlock(accounts, ann, clock):
    """A locked account signs nobody in; that it is locked is told only to who knows the password."""
    accounts.lock("ann", actor="ben")
    assert accounts.log_in("ann", "wrong").reason == "wrong"
    clock.on(seconds=1)
    answer = accounts.log_in("ann", GOOD)
    assert (answer.reason, answer.wait_s) == ("locked", 0.0)
    assert accounts.users()[0].is_locked
    accounts.unlock("ann", actor="ben")
    assert accounts.log_in("ann", GOOD).token
    assert [event for event, actor, _ in told(accounts) if actor == "ben"] == ["account locked", "account unlocked"]


def test_logins_of_a_locked_account(accounts, ann):
    """However an account came to be locked, none of its logins holds."""
    token = accounts.log_in("ann", GOOD).token
    execute(accounts.operations, "UPDATE users SET locked_at = '2025-09-13 12:00:00'")
    assert accounts.session(token) is None
    assert accounts.still_valid([ann.session_id]) == set()


def test_unlock_ends_a_lock_by_failures(accounts, ann, clock):
    """An administrator need not wait for the lock to end."""
    guess(accounts, clock, 5)
    accounts.unlock("ann")
    assert accounts.log_in("ann", GOOD).token


def test_the_last_administrator(accounts, ann):
    """The last open account that can look after accounts is locked, or loses its role, only on purpose."""
    accounts.add("ben", ["administrator"])
    assert accounts.is_last_administrator("ben")
    assert not accounts.is_last_administrator("ann")
    for refused in (lambda: accounts.lock("ben"), lambda: accounts.set_roles("ben", ["viewer"])):
        with pytest.raises(AccountError, match="expected another open one with the role administrator"):
            refused()
    accounts.set_roles("ben", ["administrator", "viewer"])
    accounts.add("eve", ["administrator"])
    accounts.lock("ben")
    assert accounts.is_last_administrator("eve")
    accounts.lock("eve", even_last=True)
    assert [user.name for user in accounts.users() if user.is_locked] == ["ben", "eve"]


def test_users(accounts, ann, clock):
    """The list of accounts tells roles, state and logins."""
    accounts.add("ben", ["viewer", "manager"])
    clock.on(minutes=1)
    accounts.log_in("ann", GOOD)
    found = {user.name: user for user in accounts.users()}
    assert (found["ann"].roles, found["ann"].open_logins, found["ann"].last_login_at) == ({"analyst"}, 2, clock.now)
    assert (found["ann"].must_change, found["ann"].one_time_until) == (False, None)
    assert (found["ben"].roles, found["ben"].open_logins, found["ben"].last_login_at) == (
        {"viewer", "manager"},
        0,
        None,
    )
    assert found["ben"].must_change


def test_roles_of_another_version(accounts, ann):
    """A role that the database holds but this version does not know allows nothing."""
    execute(accounts.operations, "UPDATE user_roles SET role = 'oracle'")
    token = accounts.log_in("ann", GOOD).token
    assert (accounts.session(token).roles, accounts.session(token).scopes) == (frozenset(), {Scope.OWN})


def test_the_log_tells_all(accounts, clock):
    """Every change is told in the audit log, with who did it, in one whole chain; no password or token is in it."""
    once = accounts.add("ann", ["viewer"], actor="root")
    token = accounts.log_in("ann", once, "10.0.0.7").token
    accounts.change_password(accounts.session(token).session_id, once, GOOD)
    accounts.set_roles("ann", ["analyst"], actor="root")
    accounts.reset("ann", actor="root")
    assert told(accounts) == [
        ("account added", "root", "ann"),
        ("login", "ann", "ann"),
        ("password changed", "ann", "ann"),
        ("roles changed", "root", "ann"),
        ("account reset", "root", "ann"),
    ]
    log = Audit(accounts.operations, clock)
    assert log.verify() is None
    assert [word for word in (once, GOOD, token) if word in str(log.entries())] == []


def test_old_logins_are_removed(accounts, ann, clock):
    """Logins that began more than 30 days ago are removed with their addresses at the next login."""
    accounts.log_in("ann", GOOD, "10.0.0.7")
    clock.on(days=31)
    accounts.log_in("ann", GOOD, "10.0.0.8")
    with accounts.operations.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT address FROM sessions").scalars().all() == ["10.0.0.8"]
