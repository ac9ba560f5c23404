"""Panel's pages are made to fit the policy, and nothing foreign is let in by it."""

from __future__ import annotations

import time

import pytest

from fazri_lib.serving.csp import fit

PAGE = (
    b"<html><head lang=en><title>T</title></head><body><script>inline()</script>"
    b'<SCRIPT type="text/javascript" src="../static/js/bokeh.js"></SCRIPT>'
    b'<script src="https://cdn.example/x.js"></script><script src=//cdn.example/y.js></script>'
    b"<script type='application/json'>{}</script></body></html>"
)


def test_inline_and_own_scripts_get_the_nonce_and_foreign_ones_do_not():
    """A script of another host stays without, so browsers do not run it."""
    html = fit(PAGE, "N1", "/assets/front.js?v=1", {}).decode()
    assert '<script nonce="N1">inline()' in html
    assert '<script nonce="N1" type="text/javascript" src="../static/js/bokeh.js">' in html
    assert "<script nonce=\"N1\" type='application/json'>" in html
    assert '<script src="https://cdn.example/x.js">' in html
    assert "<script src=//cdn.example/y.js>" in html


def test_our_script_comes_first():
    """It must be there before Bokeh opens its socket."""
    html = fit(PAGE, "N1", "/assets/front.js?v=1", {"csrf-token": 'a"b'}).decode()
    tags = '<meta name="csrf-token" content="a&quot;b"><script nonce="N1" src="/assets/front.js?v=1"></script>'
    assert f"<head lang=en>{tags}<title>" in html


@pytest.mark.parametrize(
    "attributes",
    [
        'data-src="x" src="https://evil.example/x.js"',
        'src="https://evil.example/x.js" src="/x.js"',
        'src="\\\\evil.example/x.js"',
        'src="/\\evil.example/x.js"',
        "src=&#x2f;/evil.example/x.js",
        'src="&#104;ttps://evil.example/x.js"',
        'src="//evil.example/x.js"',
        'src="///evil.example/x.js"',
        'src=" https://evil.example/x.js"',
        'src="ht\ntps://evil.example/x.js"',
        'src="/\t/evil.example/x.js"',
        'src="data:text/javascript,x()"',
        'SRC="https:evil.example/x.js"',
        'x=">" src="https://evil.example/x.js"',
        'x/src="https://evil.example/x.js"',
        'src = "https://evil.example/x.js"',
        "src=`https://evil.example/x.js`",
        'href="https://evil.example/x.js"',
        'xlink:href="https://evil.example/x.js"',
        'x"src="https://evil.example/x.js"',
    ],
)
def test_foreign_scripts_written_oddly_get_no_nonce(attributes):
    """What browsers read as an address of somebody else, or could, stays without."""
    for between in (" ", "\n", "/"):
        tag = f"<script{between}{attributes}>"
        assert tag in fit(f"<head></head>{tag}</script>".encode(), "N1", "/assets/front.js", {}).decode()


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        ' src="/static/js/bokeh.min.js?v=0a9b"',
        ' src="static/js/bokeh.min.js"',
        " src='../static/extensions/panel/bundled/reactiveesm/es-module-shims@^1.10.0/dist/es-module-shims.min.js'",
        ' type="module" src="./x.js" async',
        ' type="esms-options"',
        ' id="p1001" type="application/json"',
        ' src="/static/x.js" /',
    ],
)
def test_scripts_of_ours_get_the_nonce(attributes):
    """As Panel, its templates and its extensions write them."""
    html = fit(f"<head></head><script{attributes}></script>".encode(), "N1", "/assets/front.js", {}).decode()
    assert f'<script nonce="N1"{attributes.rstrip(" /")}' in html


def test_a_large_page_is_read_quickly():
    """Neither a long page nor a long tag costs more than its length."""
    begun = time.monotonic()
    fit(b"<head></head><script" + b" a" * 500_000, "N1", "/assets/front.js", {})
    fit(b"<head></head>" + b"<script " * 100_000, "N1", "/assets/front.js", {})
    assert time.monotonic() - begun < 2
