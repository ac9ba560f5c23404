"""Panel's pages are made to fit the policy, and nothing foreign is let in by it."""

from __future__ import annotations

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
