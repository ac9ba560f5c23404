"""The kernel of a report: this very environment, no network, nobody's personal start-up files."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

if TYPE_CHECKING:
    from pathlib import Path

NAME = "python3"


class OwnKernelManager(AsyncKernelManager):
    """Starts a kernel with this process's interpreter, whatever kernels are installed elsewhere.

    It is reached through a file in a private folder instead of a port, and says nothing on standard error.
    """

    folder: ClassVar[Path]
    environment: ClassVar[dict[str, str]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.connection_file = str(self.folder / "kernel.json")
        if os.name == "posix":
            self.transport = "ipc"

    @property
    def kernel_spec(self) -> KernelSpec:
        """The interpreter that runs now."""
        command = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
        ]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        own = {"IPYTHONDIR": str(self.folder), "PYDEVD_DISABLE_FILE_VALIDATION": "1", **self.environment}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started: tuple[list[str], dict[str, Any]] = await super()._async_pre_start_kernel(
            **{**options, **quiet, "env": {**os.environ, **own}}
        )
        return started


def kernel_manager_for(home: Path, folder: Path) -> type[OwnKernelManager]:
    """Return the manager of kernels that work on a campus folder.

    Args:
        home: campus folder.
        folder: private, short path for the kernel's files; the caller removes it.
    """
    return type(
        "CampusKernelManager", (OwnKernelManager,), {"folder": folder, "environment": {"FAZRI_HOME": str(home)}}
    )
