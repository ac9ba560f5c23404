"""Running a report: check, execute, render, put in place by one rename."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fazri_lib import errors, log
from fazri_lib.errors import DependencyError, ReportError
from fazri_lib.reporting.catalog import find
from fazri_lib.reporting.parameters import checked, declared

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from fazri_lib.reporting.catalog import Report, Value
    from fazri_lib.settings import Settings

_NEEDED = ("papermill", "nbconvert", "ipykernel", "panel", "holoviews")
_TIMEOUT_S = 600
_MOMENT = "as_of"  # the parameter that the date of the file already tells
_INJECTED = "injected-parameters"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LOG = log.get("reporting")


def run_report(home: Path, settings: Settings, name: str, parameters: Mapping[str, Any]) -> Path:
    """Run one report on the published extract and write it as one HTML file.

    Args:
        home: campus folder.
        settings: its settings.
        name: of the report.
        parameters: values by name; texts are read in the parameter's type.

    Returns:
        `state/reports/<name>/<campus date of the view>.html`, with a digest of the parameters after the date where they
        are not the defaults.

    Raises:
        UnknownNameError: no such report.
        ReportError: a parameter is not known or does not fit, or the notebook failed; what it got to is kept beside.
        NotPublishedError: there is nothing to report on, or not yet at this moment.
        DependencyError: the parts for reports are not installed.
    """
    report = find(home, name)
    values = checked(name, report, parameters)
    _check_dependencies()
    notebook = _load(name, report, values)
    day = _day(home, settings, str(values.get(_MOMENT, "")))
    folder = home / "state" / "reports" / name
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{day}{_digest(report, values)}"
    failed = folder / f"{stem}.failed.ipynb"
    executed = _execute(name, notebook, values, home, failed)
    html = _rendered(name, executed, f"{report.title}, {settings.name}, {day:%d %b %Y}")
    target = folder / f"{stem}.html"
    _replace(target, html)
    failed.unlink(missing_ok=True)
    _LOG.info("report written", report=name, file=str(target))
    return target


def _digest(report: Report, values: Mapping[str, Value]) -> str:
    """What tells a report with parameters of its own from the usual one of the day, without naming a value."""
    usual = {key: parameter.default for key, parameter in report.parameters.items()} | {_MOMENT: values.get(_MOMENT)}
    own = {key: value for key, value in sorted(values.items()) if value != usual[key]}
    return f"-{hashlib.sha256(json.dumps(own).encode()).hexdigest()[:8]}" if own else ""


def _day(home: Path, settings: Settings, as_of: str) -> dt.date:
    """The campus day that a report looks from; refused here, before anything runs, when it is not published yet."""
    from fazri_lib.campus import open as open_campus  # noqa: PLC0415 - slow to import, and listing reports needs none
    from fazri_lib.schema import local_of  # noqa: PLC0415 - as above

    with open_campus(home, as_of=as_of) as campus:
        return local_of(campus.as_of.replace(tzinfo=None), settings.time_zone).date()


def _check_dependencies() -> None:
    missing = [part for part in _NEEDED if importlib.util.find_spec(part) is None]
    if missing:
        raise DependencyError(
            f'reports: expected {", ".join(missing)}, not installed; run pip install "fazri[reports]"'
        )


def _read_notebook(path: Path) -> Any:
    import nbformat  # noqa: PLC0415 - slow to import, and listing reports needs none

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _load(name: str, report: Report, values: dict[str, Value]) -> Any:
    """The notebook, once its parameters are those of the catalogue."""
    notebook = _read_notebook(report.path)
    known = set(declared(notebook.cells))
    if known != set(values):
        raise ReportError(
            f"report {name}: the catalogue and the notebook disagree on {', '.join(sorted(known ^ set(values)))}; "
            "expected the same parameters in both; mend one of them"
        )
    return notebook


def _execute(name: str, notebook: Any, values: dict[str, Value], home: Path, failed: Path) -> Any:
    import papermill  # noqa: PLC0415, TID251 - an optional part, and reporting is where it belongs
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415 - an optional part

    from fazri_lib.reporting.kernel import NAME, kernel_manager_for  # noqa: PLC0415 - needs the optional part

    with tempfile.TemporaryDirectory(prefix="fazri-") as work:
        output = Path(work) / "executed.ipynb"
        try:
            return papermill.execute_notebook(
                notebook,
                output,
                parameters=values,
                kernel_name=NAME,
                language="python",
                progress_bar=False,
                execution_timeout=_TIMEOUT_S,
                kernel_manager_class=kernel_manager_for(home, Path(work)),
                resources={"metadata": {"path": str(home)}},
            )
        except (papermill.PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
            _replace(failed, output.read_text(encoding="utf-8"))
            raise ReportError(f"report {name} failed{_told(failed, error)}; see {failed}") from None


def _rendered(name: str, executed: Any, title: str) -> str:
    from fazri_lib.reporting.rendering import render  # noqa: PLC0415 - needs the optional part

    try:
        return render(executed, title)
    except ReportError as error:
        raise ReportError(f"report {name}: {error}") from error


def _told(failed: Path, error: Exception) -> str:
    """Cell and cause in one line. Only our own messages are free of personal values: others are told by their type."""
    cause = str(getattr(error, "ename", type(error).__name__))
    if isinstance(getattr(errors, cause, None), type):
        message = _COLOURS.sub("", str(getattr(error, "evalue", ""))).strip()
        cause = f"{cause}: {message.splitlines()[0]}" if message else cause
    number = _failed_cell(_read_notebook(failed))
    return f" in code cell {number}: {cause}" if number else f": {cause}"


def _failed_cell(notebook: Any) -> int:
    """Number of the code cell that raised, as its author counts them; 0 when none says so."""
    own = [
        cell for cell in notebook.cells if cell.cell_type == "code" and _INJECTED not in cell.metadata.get("tags", [])
    ]
    for number, cell in enumerate(own, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            return number
    return 0


def _replace(target: Path, text: str) -> None:
    """Write a file so that readers see the old one or the new one, and nobody else than its owner."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
