"""House rules that no other tool holds: sizes, names, links, and what may not stand in a committed file."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "fazri_lib").rglob("*.py"))
NAMELESS = {"utils", "helpers", "base", "manager", "common"}
MACHINE = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|Users/\w+|work|tmp/\w+)/")  # a path of somebody's machine
LOCKS = ("requirements.lock", "requirements-bench.lock")
INSTALLERS = (*LOCKS, "environment.yml", "pyproject.toml", "Makefile", ".ci/run")
BASELINE = ROOT / ".secrets.baseline"


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file under version control, or about to be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Lines of a function's body that hold code: no docstring, comment or blank."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    spanned = lines[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in spanned if line.strip() and not line.strip().startswith("#"))


def functions() -> list[tuple[str, int]]:
    """Name and code lines of every function of the package."""
    found = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        found += [(f"{path.relative_to(ROOT)}:{node.name}", code_lines(node, lines)) for node in nodes]
    return found


def test_files_are_short():
    """No module has more than 400 lines."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_functions_are_short():
    """The median function has fewer than 10 lines of code, and none more than 40."""
    found = functions()
    assert statistics.median(length for _, length in found) < 10
    assert {name: length for name, length in found if length > 40} == {}


def test_modules_say_what_they_hold():
    """No module or package is called utils, helpers, base, manager or common."""
    names = {part for path in MODULES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & NAMELESS == set()


def test_modules_are_typed():
    """The package ships its types."""
    assert (ROOT / "fazri_lib" / "py.typed").is_file()


def test_changelog_has_the_version():
    """The changelog tells of the version that is being built."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_licence():
    """The licence is the whole Apache License 2.0."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_plain(name):
    """A lock is lines of name==version, sorted, each name once."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[0-9][\w.!+-]*", line)] == []
    names = [line.partition("==")[0] for line in pins]
    assert names == sorted(set(names))


def test_no_machine_in_committed_files(tracked):
    """No committed text names a path of somebody's machine, and what installs packages names no address."""
    found = []
    for path in tracked:
        if path == Path(__file__) or path.suffix in {".parquet", ".png", ".xlsx"}:
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE.finditer(text)]
        found += [str(path.relative_to(ROOT)) for name in INSTALLERS if path == ROOT / name and "://" in text]
    assert found == []


def test_the_machine_pattern_finds_what_it_should():
    """The pattern of the test above matches what it is for and leaves addresses of our own alone."""
    for text in ("see /" + "root/x", "'/home/" + "ann/x'"):
        assert MACHINE.search(text), text
    for text in ("GET /work", "docs/home/page", "a/tmp/b"):
        assert not MACHINE.search(text), text


def test_secret_scan_finds_a_planted_secret(tmp_path):
    """With the plugins of the baseline a private key in a file is found."""
    planted = tmp_path / "notes.txt"
    planted.write_text("-----BEGIN " + "RSA PRIVATE KEY-----\n", encoding="utf-8")
    found = SecretsCollection()
    with transient_settings(json.loads(BASELINE.read_text(encoding="utf-8"))):
        found.scan_file(str(planted))
    assert len(list(found)) == 1


def test_baseline_knows_no_secret():
    """Nothing was ever waved through."""
    assert json.loads(BASELINE.read_text(encoding="utf-8"))["results"] == {}


@pytest.mark.slow
def test_no_secret_in_committed_files(tracked):
    """The scan that also runs before each commit finds nothing."""
    hook = [str(Path(sys.executable).with_name("detect-secrets-hook")), "--baseline", str(BASELINE)]
    names = [str(path.relative_to(ROOT)) for path in tracked]
    result = subprocess.run([*hook, *names], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "")
