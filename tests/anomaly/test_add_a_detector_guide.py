"""The worked example of docs/guides/add-a-detector.md does what the page says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs/guides/add-a-detector.md"
DETECTOR = "fazri_lib.anomaly.excessive_access"


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The test module of the page, importing the detector module of the page."""
    code, test = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    modules = {}
    for name, text in ((DETECTOR, code), ("guide_test", test)):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location(name, path)
        modules[name] = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, modules[name])
        spec.loader.exec_module(modules[name])
    return modules["guide_test"]


def test_the_eleventh_sighting_tells(example, scene):
    """The page's first test passes."""
    example.test_the_eleventh_sighting_tells(scene)


def test_the_weakest_claim_bounds_the_score(example, scene):
    """The page's second test passes."""
    example.test_the_weakest_claim_bounds_the_score(scene)
