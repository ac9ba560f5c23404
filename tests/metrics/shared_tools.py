"""The independent scorers beside the checkout, loaded from their files."""

import importlib.util
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / "shared" / "tools"


def scorer(name):
    """Return one of the scorers as a module; skip where it is not there."""
    path = TOOLS / f"{name}.py"
    if not path.is_file():
        pytest.skip(f"the independent scorers are not there: expected {name}.py in ../shared/tools beside the checkout")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
