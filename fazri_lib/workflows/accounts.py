"""Accounts and logins: who may sign in, until when a login holds, and what ends it.

Every change and the row of the audit log that tells of it are one transaction. Argon2 runs outside of transactions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fazri_lib.access import ROLES, Scope, scopes_of
from fazri_lib.access.lockout import Lockout, Tally
from fazri_lib.access.logins import Account, LogIn, Login, OpenLogin, account_name, is_account_name
from fazri_lib.access.passwords import Passwords, check_policy, one_time_password
from fazri_lib.errors import AccountError, UnknownNameError, nearest
from fazri_lib.store.operations import Limits
from fazri_lib.workflows.attempts import Attempts, name_hash, wrong_old
from fazri_lib.workflows.audit import Audit, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from fazri_lib.access.lockout import Reason
    from fazri_lib.settings import Serving
    from fazri_lib.store.operations import Operations, Session, Transaction, User

ONE_TIME = dt.timedelta(days=7)
"""How long a one-time password is accepted."""
STEP_S = 60.0
"""A login's idle limit is extended no more often than this, seconds; than a tenth of the limit, where that is less."""
KEPT = dt.timedelta(days=30)
"""How long ended logins, with their addresses, are kept."""
_TOKEN_BYTES = 32
_LONGEST_ADDRESS = 64
_LOCKED = "account locked"
_EXPIRED = "one-time password too old"
_REASONS: dict[str, Reason] = {_LOCKED: "locked", _EXPIRED: "expired"}


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one operations database; shared by all threads.

    Attributes:
        operations: the database.
        serving: limits of logins and what locks.
        clock: tells the time, UTC without a zone.
        passwords: hashes passwords.
    """

    operations: Operations
    serving: Serving
    clock: Callable[[], dt.datetime] = field(repr=False)
    passwords: Passwords = field(default_factory=Passwords, repr=False)

    def log_in(self, name: str, password: str, address: str = "") -> LogIn:
        """Sign somebody in, always with a new token.

        A name that no account has gets the same answers after the same time as one with a wrong password.

        Args:
            name: login name as typed.
            password: as typed.
            address: where the request comes from.

        Returns:
            A token for the browser's cookie, or the reason and the seconds to wait before the next attempt.
        """
        name = name.strip().lower()
        if not is_account_name(name):
            self.passwords.verify(None, password)
            return LogIn(wait_s=self._lockout.wait_s(1), reason="wrong")
        refused, user = self._attempts.begin(name)
        if refused:
            return refused
        is_right = self.passwords.verify(user.password_hash if user else None, password)
        if not is_right or not user:
            return self._attempts.fail(name, user, Event.LOGIN_REFUSED, address)
        is_old = self.passwords.needs_rehash(user.password_hash)
        return self._begin(user, self.passwords.hash(password) if is_old else user.password_hash, address)

    def session(self, token: str) -> Login | None:
        """Return the login of a token and extend its idle limit; None when it has ended or never was."""
        now = self.clock()
        with self.operations.read() as rows:
            found = rows.sessions.by_token(_digest(token), self._limits(now))
        if not found:
            return None
        if now - found.seen_at >= self._step:
            self.extend({found.session_id})
        return self._login(found)

    def still_valid(self, session_ids: Collection[int]) -> set[int]:
        """Return those of some logins that hold, without extending any: one query."""
        if not session_ids:
            return set()
        with self.operations.read() as rows:
            return rows.sessions.holding(session_ids, self._limits(self.clock()))

    def holds_within(self, rows: Transaction, session_id: int) -> bool:
        """Tell within a transaction whether a login holds: for a change that must not be made after its end."""
        return bool(rows.sessions.holding({session_id}, self._limits(self.clock())))

    def extend(self, session_ids: Collection[int]) -> None:
        """Extend the idle limit of logins that are in use, of a WebSocket's for example; seldom more than a read."""
        now = self.clock()
        if session_ids:
            with self.operations.write() as rows:
                rows.sessions.see(rows.sessions.holding(session_ids, self._limits(now)), now, now - self._step)

    def log_out(self, session_id: int, *, of_user: int | None = None, address: str = "") -> bool:
        """End a login; tell whether there was one to end.

        Args:
            session_id: its number.
            of_user: end it only when it is this account's.
            address: where the request comes from.
        """
        with self.operations.write() as rows:
            user_id = rows.sessions.end(session_id, self.clock(), of_user)
            user = rows.users.numbered(user_id) if user_id is not None else None
            if user:
                self._tell(rows, Event.LOGOUT, actor=user.name, subject=user.name, address=address)
            return user is not None

    def logins(self, user_id: int) -> list[OpenLogin]:
        """Return the logins of an account that hold, the latest first."""
        with self.operations.read() as rows:
            found = rows.sessions.of_user(user_id, self._limits(self.clock()))
        return [OpenLogin(s.session_id, s.address, s.created_at, s.seen_at, self._ends_at(s)) for s in found]

    def change_password(self, session_id: int, old: str, new: str, address: str = "") -> None:
        """Set the password of whoever is signed in; their other logins end, this one holds on.

        Wrong old passwords are counted like those of the login page.

        Args:
            session_id: number of the login.
            old: the present password, or the one-time one.
            new: the one to set.
            address: where the request comes from.

        Raises:
            AccountError: the old one is wrong or was wrong too often, or the new one is the same or too easy to guess.
        """
        user = self._user_of(session_id)
        check_policy(user.name, new)
        if new == old:  # before it counts as an attempt: it tells nobody what the present one is
            raise AccountError(
                "new password: expected another one than the present, got the same; choose another", field="new"
            )
        refused, _ = self._attempts.begin(user.name)
        if not refused and not self.passwords.verify(user.password_hash, old):
            refused = self._attempts.fail(user.name, user, Event.ACCOUNT_CHANGE_REFUSED, address)
        if refused:
            raise wrong_old(refused)
        hashed = self.passwords.hash(new)
        with self.operations.write() as rows:
            now, found = self.clock(), rows.users.numbered(user.user_id)
            if not user.is_still(found) or not rows.sessions.holding({session_id}, self._limits(now)):
                raise AccountError(
                    "new password: expected an account that stays, got one changed meanwhile; log in again"
                )
            rows.attempts.clear(name_hash(user.name))
            rows.users.change(user.user_id, password_hash=hashed, password_at=now, must_change=False)
            ended = rows.sessions.end_all(user.user_id, now, but=session_id)
            detail = {"logins_ended": ended}
            self._tell(rows, Event.ACCOUNT_CHANGED, actor=user.name, subject=user.name, address=address, detail=detail)

    def add(self, name: str, roles: Iterable[str], *, actor: str = "fazri") -> str:
        """Make an account; return its one-time password, which is stored nowhere.

        Args:
            name: login name.
            roles: at least one.
            actor: who does it, for the audit log.

        Raises:
            AccountError: there is one of that name, the name is not allowed, or no role was given.
            UnknownNameError: there is no such role.
        """
        name, given = account_name(name), _checked(roles)
        password = one_time_password()
        hashed = self.passwords.hash(password)
        with self.operations.write() as rows:
            if rows.users.named(name):
                raise AccountError(f"account {name}: expected a new name, got one in use; choose another or reset it")
            rows.users.set_roles(rows.users.add(name, hashed, self.clock()), given)
            rows.attempts.clear(name_hash(name))
            self._tell(rows, Event.ACCOUNT_ADDED, actor=actor, subject=name, detail={"roles": sorted(given)})
        return password

    def reset(self, name: str, *, actor: str = "fazri") -> str:
        """Give an account a one-time password and return it; its logins end, and a lock after wrong passwords.

        Raises:
            UnknownNameError: there is no such account.
        """
        password = one_time_password()
        hashed = self.passwords.hash(password)
        with self.operations.write() as rows:
            user, now = _existing(rows, name), self.clock()
            rows.users.change(user.user_id, password_hash=hashed, password_at=now, must_change=True)
            rows.attempts.clear(name_hash(user.name))
            self._end_and_tell(rows, Event.ACCOUNT_RESET, user, actor=actor)
        return password

    def lock(self, name: str, *, actor: str = "fazri", even_last: bool = False) -> None:
        """Lock an account until `unlock`; its logins end.

        Args:
            name: login name.
            actor: who does it, for the audit log.
            even_last: lock it even when nobody else is left who can look after accounts.

        Raises:
            UnknownNameError: there is no such account.
            AccountError: it is the last open one that can look after accounts.
        """
        with self.operations.write() as rows:
            user = _existing(rows, name)
            _refuse_last(rows, user, even_last=even_last)
            if user.locked_at is None:
                rows.users.change(user.user_id, locked_at=self.clock())
            self._end_and_tell(rows, Event.ACCOUNT_LOCKED, user, actor=actor)

    def unlock(self, name: str, *, actor: str = "fazri") -> None:
        """Open an account that an administrator or wrong passwords have locked.

        Raises:
            UnknownNameError: there is no such account.
        """
        with self.operations.write() as rows:
            user = _existing(rows, name)
            rows.users.change(user.user_id, locked_at=None)
            rows.attempts.clear(name_hash(user.name))
            self._tell(rows, Event.ACCOUNT_UNLOCKED, actor=actor, subject=user.name)

    def set_roles(self, name: str, roles: Iterable[str], *, actor: str = "fazri", even_last: bool = False) -> None:
        """Give an account these roles and no others; its logins end.

        Args:
            name: login name.
            roles: at least one.
            actor: who does it, for the audit log.
            even_last: as in `lock`.

        Raises:
            UnknownNameError: there is no such account or role.
            AccountError: no role was given, or nobody would be left who can look after accounts.
        """
        given = _checked(roles)
        with self.operations.write() as rows:
            user = _existing(rows, name)
            if not _may_look_after(given):
                _refuse_last(rows, user, even_last=even_last)
            rows.users.set_roles(user.user_id, given)
            self._end_and_tell(rows, Event.ROLES_CHANGED, user, actor=actor, roles=sorted(given))

    def is_last_administrator(self, name: str) -> bool:
        """Tell whether nobody would be left who can look after accounts, were this one locked."""
        with self.operations.read() as rows:
            return _is_last(rows, _existing(rows, name))

    def users(self) -> list[Account]:
        """Return every account, by name."""
        now = self.clock()
        with self.operations.read() as rows:
            tallies, counts = rows.attempts.tallies(), rows.sessions.counted(self._limits(now))
            found = rows.users.all()
        return [
            Account(
                user_id=user.user_id,
                name=user.name,
                roles=user.roles,
                is_locked=user.locked_at is not None,
                locked_until=self._lockout.locked_until(tallies.get(name_hash(user.name), Tally()), now),
                must_change=user.must_change,
                one_time_until=user.password_at + ONE_TIME if user.must_change else None,
                added_at=user.added_at,
                last_login_at=user.last_login_at,
                open_logins=counts.get(user.user_id, 0),
            )
            for user in found
        ]

    @property
    def _attempts(self) -> Attempts:
        return Attempts(self.operations, self._lockout, self.clock)

    @property
    def _lockout(self) -> Lockout:
        return Lockout(self.serving.failures, self.serving.lock_min * 60)

    @property
    def _idle(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.serving.idle_min)

    @property
    def _step(self) -> dt.timedelta:
        return min(dt.timedelta(seconds=STEP_S), self._idle / 10)

    def _limits(self, now: dt.datetime) -> Limits:
        return Limits(now - dt.timedelta(hours=self.serving.session_h), now - self._idle)

    def _ends_at(self, session: Session) -> dt.datetime:
        return min(session.seen_at + self._idle, session.created_at + dt.timedelta(hours=self.serving.session_h))

    def _login(self, session: Session) -> Login:
        roles = session.roles & ROLES.keys()  # a role that this version does not know allows nothing
        return Login(
            session_id=session.session_id,
            user_id=session.user_id,
            name=session.name,
            roles=frozenset(roles),
            scopes=frozenset({Scope.OWN}) if session.must_change else scopes_of(roles) | {Scope.OWN},
            must_change=session.must_change,
            ends_at=self._ends_at(session),
        )

    def _begin(self, tried: User, password_hash: str, address: str) -> LogIn:
        """Begin a login after the right password, unless the account was changed while that was compared."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self.clock()
        with self.operations.write() as rows:
            rows.attempts.clear(name_hash(tried.name))
            user = rows.users.numbered(tried.user_id)
            refused = _refused(user, tried, now)
            told = {"actor": tried.name, "subject": tried.name, "address": address}
            if refused:
                self._tell(rows, Event.LOGIN_REFUSED, **told, detail={"reason": refused})
                return LogIn(reason=_REASONS.get(refused, "wrong"))
            rows.users.change(tried.user_id, last_login_at=now, password_hash=password_hash)
            rows.sessions.forget(now - max(KEPT, dt.timedelta(hours=self.serving.session_h)))
            rows.sessions.add(tried.user_id, _digest(token), now, address[:_LONGEST_ADDRESS])
            self._tell(rows, Event.LOGIN, **told)
        return LogIn(token)

    def _user_of(self, session_id: int) -> User:
        with self.operations.read() as rows:
            user_id = rows.sessions.user_of(session_id, self._limits(self.clock()))
            user = rows.users.numbered(user_id) if user_id is not None else None
        if user is None:
            raise AccountError("this login has ended; expected one that holds; log in again")
        return user

    def _end_and_tell(self, rows: Transaction, event: Event, user: User, *, actor: str, **detail: Any) -> None:
        ended = rows.sessions.end_all(user.user_id, self.clock())
        self._tell(rows, event, actor=actor, subject=user.name, detail={**detail, "logins_ended": ended})

    def _tell(self, rows: Transaction, event: Event, **columns: Any) -> None:
        Audit(self.operations, self.clock).write_within(rows, event, **columns)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _existing(rows: Transaction, name: str) -> User:
    user = rows.users.named(name.strip().lower())
    if user is None:
        close = nearest(name, [user.name for user in rows.users.all()])
        raise UnknownNameError(f"no account of that name{close}; `fazri user list` shows all")
    return user


def _checked(roles: Iterable[str]) -> frozenset[str]:
    given = frozenset(roles)
    scopes_of(sorted(given))  # refuses names that are no roles
    if not given:
        raise AccountError(f"account: expected at least one role, got none; give one of {', '.join(ROLES)}")
    return given


def _may_look_after(roles: Iterable[str]) -> bool:
    return Scope.ACCOUNTS in scopes_of(ROLES.keys() & set(roles))


def _is_last(rows: Transaction, user: User) -> bool:
    able = [other.user_id for other in rows.users.all() if other.locked_at is None and _may_look_after(other.roles)]
    return able == [user.user_id]


def _refuse_last(rows: Transaction, user: User, *, even_last: bool) -> None:
    if not even_last and _is_last(rows, user):
        raise AccountError(
            f"account {user.name}: expected another open one with the role administrator, got none; add one first"
        )


def _refused(user: User | None, tried: User, now: dt.datetime) -> str:
    """Why an account cannot sign in although the password was right; empty when it can."""
    if user is None or user.password_hash != tried.password_hash:
        return "password changed meanwhile"
    if user.locked_at is not None:
        return _LOCKED
    return _EXPIRED if user.must_change and now >= user.password_at + ONE_TIME else ""
