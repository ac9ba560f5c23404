"""Contenders of one table: ours and the peers', each in a process of its own, measured alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazri_lib.bench.measured import Usage, measure
from fazri_lib.bench.places import peers_python, repository

if TYPE_CHECKING:
    from pathlib import Path

PEERS_ABSENT = "peers absent: .venv-bench is not built; `make bench` builds it from requirements-bench.lock."


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of a table.

    Attributes:
        name: what the table calls it.
        by: `fazri`, or the peer's package.
        module: our module, or the peers' script in benchmarks/.
        function: its function; for a script the model, which is its first argument.
    """

    name: str
    by: str
    module: str
    function: str

    @property
    def is_peer(self) -> bool:
        """Whether it runs in the peers' environment."""
        return self.module.endswith(".py")

    def measured(self, *arguments: object) -> Usage:
        """Run it with arguments given as texts."""
        if not self.is_peer:
            return measure(self.module, self.function, *arguments)
        return measure(str(script(self.module)), self.function, *arguments, python=peers_python())


def present(contenders: tuple[Contender, ...]) -> tuple[Contender, ...]:
    """Return the contenders that can run here: without the peers' environment ours alone."""
    return contenders if peers_python() else tuple(one for one in contenders if not one.is_peer)


def absent_note() -> tuple[str, ...]:
    """Return the note that the peers' environment is not built, if it is not."""
    return () if peers_python() else (PEERS_ABSENT,)


def script(name: str) -> Path:
    """Return the path of a script of the peers.

    Raises:
        FileNotFoundError: Fazri is installed without its checkout.
    """
    root = repository()
    if root is None:
        raise FileNotFoundError(f"no {name}; expected the checkout of Fazri with benchmarks/; clone it")
    return root / "benchmarks" / name


def peer_versions(*names: str) -> dict[str, str]:
    """Return the pinned versions of some of the peers' packages, nothing where their environment is not built."""
    root = repository()
    if root is None or peers_python() is None:
        return {}
    lines = (root / "requirements-bench.lock").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.strip().split("==") for line in lines if "==" in line)
    return {f"peers' {name}": pinned[name] for name in names if name in pinned}
