"""A small server with the ways of the real door: a login with a form token, and pages under /dash. PORT is given.

It prints the address when it listens. Started as a program by the tests of the load.
"""

import secrets
import sys

import holoviews as hv
import numpy as np
import panel as pn  # noqa: TID251 - a server of its own
import panel_material_ui as pmui
from tornado.web import HTTPError, RequestHandler

COOKIE, TOKEN, PASSWORD = "small", secrets.token_hex(8), "correct horse"  # pragma: allowlist secret


class Login(RequestHandler):
    """A form with a token, and what it sends."""

    def get(self):
        """Show the form."""
        self.write(f"<form method=post><input type=hidden name=csrf value={TOKEN}><input name=user>")
        self.write("<input type=password name=secret></form>")

    def post(self):
        """Let in who knows the password and has the token; show the form again to others."""
        if self.get_body_argument("csrf") != TOKEN or not self.request.headers.get("Origin"):
            raise HTTPError(403)
        if self.get_body_argument("secret") != PASSWORD:
            return self.get()
        self.set_cookie(COOKIE, TOKEN)
        return self.redirect("/dash/one")


def zones():
    """One choice and a curve that follows it."""
    if pn.state.cookies.get(COOKIE) != TOKEN:
        return pmui.Page(title="no page for you")
    choice = pmui.Select(label="Zone", options=["LIB", "GYM", "CAF"], value="LIB")

    def curve(zone):
        return hv.Curve(np.arange(50.0) * (1 + ord(zone[0])))

    return pmui.Page(title="Zones", main=[choice, hv.DynamicMap(curve, streams={"zone": choice.param.value})])


def broken():
    """A page whose choice is answered by an error."""

    def fails(_):
        raise ValueError("broken on purpose")

    choice = pmui.Select(label="Zone", options=["LIB", "GYM"], value="LIB")
    choice.param.watch(fails, "value")
    return pmui.Page(title="Broken", main=[choice])


if __name__ == "__main__":
    hv.extension("bokeh")
    port = int(sys.argv[1])
    server = pn.io.server.get_server(
        {"dash/one": zones, "dash/two": zones, "dash/broken": broken},
        address="127.0.0.1",
        port=port,
        websocket_origin=[f"127.0.0.1:{port}"],
        extra_patterns=[("/login", Login)],
        start=False,
    )
    server.start()
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    server.io_loop.start()
