"""The guide's example is served as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tiny_campus
from published_campus import code, look, served

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "publish-a-notebook.md"


@pytest.mark.slow
def test_the_example_of_the_guide_is_a_page(tmp_path):
    """Its cells as a notebook and its entry as the catalogue of a campus give a page, and its address works."""
    from fazri_lib.serving.publishing import pages_of

    home = tiny_campus.make(tmp_path)
    blocks = re.findall(r"```(python|toml)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    cells = [code(text.strip()) for kind, text in blocks if kind == "python"]
    cells[1]["metadata"] = {"tags": ["parameters"]}
    (home / "dashboards").mkdir()
    (home / "dashboards" / "kitchen.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    (home / "dashboards" / "catalog.toml").write_text("".join(text for kind, text in blocks if kind == "toml"))
    with served(pages_of(str(home))) as at:
        assert "How busy CAF is" in look(at, "/dash/kitchen", "viewer")
        text = look(at, "/dash/kitchen?zone_id=LIB&weeks=1", "viewer")
        assert "How busy LIB is" in text
        assert "Busiest hours of the last 1 weeks" in text
