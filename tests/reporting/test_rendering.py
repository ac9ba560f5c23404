"""An executed notebook as one HTML file."""

from __future__ import annotations

import pytest

from fazri_lib.errors import ReportError

LOADS = "application/vnd.holoviews_load.v0+json"


pytestmark = pytest.mark.notebooks


@pytest.fixture(scope="module")
def render():
    """The function under test; what it needs is slow to import."""
    from fazri_lib.reporting.rendering import render as under_test

    return under_test


def executed(*cells):
    """A notebook of (source, outputs)."""
    import nbformat

    made = [nbformat.v4.new_code_cell(source, outputs=list(outputs)) for source, outputs in cells]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Words"), *made])


def result(html: str):
    """A value shown."""
    import nbformat

    return nbformat.v4.new_output("execute_result", {"text/html": html, "text/plain": "plain"}, execution_count=1)


def script(text: str):
    """Drawing scripts."""
    import nbformat

    return nbformat.v4.new_output("display_data", {"application/javascript": text, LOADS: text})


def test_only_what_is_served_is_shown(render):
    """Code, words and values of other cells stay away; drawing scripts come along from wherever they were loaded."""
    served = ("fazri.page('x').servable()", [result("<p>page</p>")])
    html = render(executed(("secret = 1", [result("<p>other</p>"), script("var drawing = 1;")]), served), "T")
    assert "<p>page</p>" in html
    assert "<script>var drawing = 1;</script>" in html
    for absent in ("secret", "<p>other</p>", "# Words", "Words"):
        assert absent not in html


def test_a_script_cannot_end_too_early(render):
    """The end of a script inside a script is written differently."""
    html = render(executed(("x.servable()", [script("var s = '</script>';"), result("<p>1</p>")])), "T")
    assert "var s = '<\\/script>';" in html


def test_the_page_forbids_to_fetch_and_is_titled(render):
    """A policy without any host, a title that is escaped, a language."""
    html = render(executed(("x.servable()", [result("<p>1</p>")])), "A & <b>")
    assert "<title>A &amp; &lt;b&gt;</title>" in html
    assert "default-src 'none'" in html
    assert '<html lang="en">' in html
    assert "http" not in html.replace("http-equiv", "")


def test_streams_are_not_shown(render):
    """What was printed on the way is no part of a report."""
    import nbformat

    noise = nbformat.v4.new_output("stream", name="stderr", text="noise")
    assert "noise" not in render(executed(("x.servable()", [noise, result("<p>1</p>")])), "T")


def test_plain_values_are_shown_as_text(render):
    """A served value without HTML."""
    import nbformat

    plain = nbformat.v4.new_output("execute_result", {"text/plain": "<1>"}, execution_count=1)
    assert "<pre>&lt;1&gt;</pre>" in render(executed(("x.servable()", [plain])), "T")


def test_a_notebook_that_serves_nothing_is_refused(render):
    """Without `.servable()` there is nothing to show."""
    with pytest.raises(ReportError, match=r"ends with \.servable\(\)"):
        render(executed(("x = 1", [])), "T")
