"""The applications that Panel serves: one a dashboard, each built for its reader, each failing by itself."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn  # noqa: TID251 - serving hosts Panel
from panel.io.application import build_applications  # noqa: TID251 - serving hosts Panel
from panel.io.document import _cleanup_doc  # noqa: TID251 - serving hosts Panel
from panel.io.session import generate_session  # noqa: TID251 - serving hosts Panel

from fazri_lib import log
from fazri_lib.access import Scope
from fazri_lib.campus.pool import Pool
from fazri_lib.campus.reading import read_by
from fazri_lib.errors import AccessDeniedError, FazriError, NotPublishedError, PublishError
from fazri_lib.serving.building import Page, Published, Refused, publish, reference
from fazri_lib.serving.catalog import catalog
from fazri_lib.serving.failure import failure_page, notice_page, refusal_page
from fazri_lib.serving.identity import holder_of
from fazri_lib.serving.readers import Known, reader_of, with_menu
from fazri_lib.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bokeh.document import Document

    from fazri_lib.campus.deciding import ReviewDesk
    from fazri_lib.campus.reading import Reader
    from fazri_lib.serving.catalog import Dashboard
    from fazri_lib.serving.readers import Identity
    from fazri_lib.settings import Settings

    Identify = Callable[[Mapping[str, str]], Identity | None]
    Witness = Callable[[Identity, str, str], None]
    Desks = Callable[[Identity], ReviewDesk]

LOOKS_AGAIN_MS = 5000
_STATE: Any = pn.state  # its attributes carry no types
_GC_THRESHOLDS = (50_000, 5, 5)  # a page is tens of thousands of objects; closed ones are swept, see sweeping.py
_LOG = log.get("serving")


def pages_of(
    home: str,
    *,
    witness_of: Callable[[str], Witness] | None = None,
    desks_of: Callable[[str], Desks] | None = None,
    identify: Identify | None = None,
    published: Published | None = None,
    warm: bool = True,
) -> dict[str, Callable[[], None]]:
    """Return the application of each path, to be given to Panel's `get_server` in this process.

    All arguments can be sent to another process when the callables are functions of modules, or partials of such.

    Args:
        home: campus folder.
        witness_of: called once in this process with the campus folder; gives what is told who saw whom.
        desks_of: likewise; gives each reader the desk that takes answers about records. Without it nobody can answer.
        identify: from the cookies of a request to who asks; by default the cookies `user` and `reader`, signed with the
            server's cookie secret.
        published: the notebooks, checked; by default those of the campus's catalogue.
        warm: whether to build every page once now, so that the first reader does not wait for imports and questions.

    Raises:
        PublishError: the catalogue is not valid. A notebook that is not valid becomes a page that says so.
    """
    folder = Path(home)
    settings = load(folder)
    notebooks = publish(catalog(folder)) if published is None else published
    site = Site(
        folder,
        settings,
        Pool(folder, settings),
        notebooks,
        _nobody if witness_of is None else witness_of(home),
        None if desks_of is None else desks_of(home),
    )
    if warm:
        site.warm()
    who = _by_cookies if identify is None else identify
    return {path: _application(site, path, who) for path in notebooks.pages}


def _application(site: Site, path: str, identify: Identify) -> Callable[[], None]:
    """Panel tells functions from other things that can be called, and asks only them anew for each session."""

    def application() -> None:
        doc = _STATE.curdoc
        try:
            site.build(doc, path, identify(_STATE.cookies))
        except Exception as error:  # noqa: BLE001 - the border to Panel, which would show readers the traceback
            told = reference()
            _LOG.warning("page failed", reference=told, page=path, error=type(error).__name__)
            doc.clear()
            failure_page(told).servable()

    return application


@dataclass(frozen=True, slots=True)
class Site:
    """All pages of one campus in one process.

    Attributes:
        home: campus folder.
        settings: its settings.
        pool: the extract that all its readers share.
        published: its notebooks.
        witness: told who saw whom, and what of them.
        desks: give each reader the desk that takes answers about records; None where nobody can answer.
    """

    home: Path
    settings: Settings
    pool: Pool
    published: Published
    witness: Witness
    desks: Desks | None = None

    def build(self, doc: Document, path: str, identity: Identity | None) -> None:
        """Fill the document of a session; whatever happens, it then shows a page, and nothing is raised.

        Args:
            doc: of the session.
            path: of the dashboard.
            identity: who asks; None shows a refusal and nothing else.
        """
        page = self.published.pages[path]
        doc.title = f"{page.dashboard.title} - {self.settings.name}"
        needed = {page.dashboard.scope, *([Scope.PUBLISH] if isinstance(page, Refused) else [])}
        if identity is None or not needed & identity.scopes:
            refusal_page().servable()
        elif isinstance(page, Refused):
            _show_refused(page, identity)
        else:
            reader = reader_of(identity, self.home, self.settings, self.pool, self.witness)
            reader = replace(reader, reviews=self.desks(identity) if self.desks else None)
            _Showing(doc, page, with_menu(reader, self._menu(identity))).build()

    def _menu(self, identity: Identity) -> Iterator[Dashboard]:
        """The dashboards of the menu; one that cannot be shown stands there only for those who may mend it."""
        is_publisher = Scope.PUBLISH in identity.scopes
        pages = self.published.pages.values()
        return (page.dashboard for page in pages if is_publisher or not isinstance(page, Refused))

    def warm(self) -> None:
        """Build every page once for nobody: imports, compiled questions and remembered answers are then there."""
        everything = Known("", 0, frozenset(Scope) - {Scope.REVEAL})
        unseen = Site(self.home, self.settings, self.pool, self.published, _nobody)
        for path, page in self.published.pages.items():
            if isinstance(page, Page):
                started = time.perf_counter()
                _built_for_nobody(_application(unseen, path, lambda _cookies: everything))
                _LOG.info("page warmed", page=path, seconds=round(time.perf_counter() - started, 2))
        gc.collect()
        gc.freeze()  # what is alive now lives as long as the process; looking through it again and again stalls pages
        gc.set_threshold(*_GC_THRESHOLDS)


@dataclass(frozen=True, slots=True)
class _Showing:
    """One page for one reader."""

    doc: Document
    page: Page
    reader: Reader

    def build(self) -> None:
        self.doc.on_session_destroyed(lambda _context: self.reader.close())
        try:
            values = self.page.values(_STATE.session_args)
            with read_by(self.reader):
                self.page.run(values)
            self._check_served()
        except FazriError as error:
            self._log("page told", error)
            title = "Nothing to show yet" if isinstance(error, NotPublishedError) else "This page cannot be shown"
            again = () if isinstance(error, AccessDeniedError) else ("The page looks again by itself.",)
            self._instead(notice_page(title, f"{error}.", *again, link=self._plain))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the border between a notebook and its readers
            self._instead(failure_page(self._log("page failed", error)))

    def _check_served(self) -> None:
        if not self.doc.roots:
            raise PublishError("the page served nothing; expected one .servable(), none was reached; mend the notebook")

    def _instead(self, notice: Any) -> None:
        """Show a notice in place of whatever the notebook already made, until there is something else to read."""
        self.reader.close()
        for callback in self.doc.session_callbacks:
            self.doc.callbacks.remove_session_callback(callback)
        self.doc.clear()
        notice.servable()
        location, before = _STATE.location, self._readable()

        def look_again() -> None:
            if self._readable() != before:
                location.reload = True

        self.doc.add_periodic_callback(look_again, LOOKS_AGAIN_MS)

    def _readable(self) -> tuple[bool, Any]:
        """What changes when another try may succeed: whether the extract can be opened, and which one it is."""
        pool = self.reader.pool
        try:
            pool.lease().close()
        except FazriError:
            return False, pool.stamp()
        return True, pool.stamp()

    def _log(self, event: str, error: BaseException) -> str:
        """Write which error it was and where, never its values; the reference is for the reader."""
        told = reference()
        cell, line = self.page.place_of(error.__traceback__)
        dashboard = self.page.dashboard
        _LOG.warning(
            event,
            reference=told,
            page=dashboard.path,
            notebook=dashboard.notebook,
            cell=cell,
            line=line,
            error=type(error).__name__,
        )
        return told

    @property
    def _plain(self) -> tuple[str, str]:
        return "Open the page without what the address asks for", self.page.dashboard.path


def _show_refused(page: Refused, identity: Identity) -> None:
    """Say what and where to who may mend it; a reference to the others."""
    if not identity.scopes >= {Scope.PUBLISH}:
        failure_page(page.reference, "This page is not published", may_recover=False).servable()
        return
    points = tuple(str(fault) for fault in page.faults)
    mend = "Mend the notebook and restart the server; `fazri serve --check` looks without serving."
    notice_page(f"{page.dashboard.notebook} is not published", mend, points=points).servable()


def _built_for_nobody(application: Callable[[], None]) -> None:
    """Run an application as a session would, and throw its document away."""
    applications: Any = {"/": application}
    (served,) = build_applications(applications).values()
    document = generate_session(served).document  # type: ignore[no-untyped-call]
    _cleanup_doc(document)  # type: ignore[no-untyped-call]


def _by_cookies(cookies: Mapping[str, str]) -> Identity | None:
    secret = pn.config.cookie_secret  # without one anybody could sign
    return holder_of(cookies, secret) if secret else None


def _nobody(_identity: Identity, _subject: str, _what: str) -> None:
    """Nobody is told: for pages that nobody sees, and hosts without an audit log."""
