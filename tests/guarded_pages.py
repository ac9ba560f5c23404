"""Pages of Panel for the tests of the guard; made where they are served: in a thread or in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import time

SECRET_VALUE = "Asha-Secret-4711"  # noqa: S105 - stands for a personal value  # pragma: allowlist secret


def make_leaking_pages() -> dict[str, object]:
    """Log a value, as a library may, and fail with it."""
    logging.getLogger("some.library").error("value %s", SECRET_VALUE)
    raise ValueError(SECRET_VALUE)


def make_ending_pages() -> dict[str, object]:
    """End the process without a word."""
    os._exit(3)


def make_pages(delay_s: float = 0.0) -> dict[str, object]:  # noqa: C901, PLR0915 - one page after the other
    """Return one page a trap."""
    time.sleep(delay_s)
    import panel as pn  # noqa: TID251 - only where Panel serves
    import panel_material_ui as pmui
    from panel.io.application import Application  # noqa: TID251 - as above
    from panel.io.handlers import FunctionHandler  # noqa: TID251 - as above

    pn.extension("tabulator", "vega")

    def who():
        request = pn.state.curdoc.session_context.request
        behind = dict(request._request.headers.get_all())  # what a careless page could show
        return pn.pane.Str(f"user={pn.state.user} pid={os.getpid()} behind={behind}", name="who")

    def failing():
        field = pn.widgets.TextInput(label="field", value="start")

        def fail(_event):
            raise ValueError(SECRET_VALUE)

        field.param.watch(fail, "value")
        return field

    def failing_bokeh(document):
        from bokeh.models import TextInput

        field = TextInput(value="start")

        def fail(_attr, _old, _new):
            raise ValueError(SECRET_VALUE)

        field.on_change("value", fail)
        document.add_root(field)

    def busy(document):
        from bokeh.models import TextInput

        async def never_done():
            await asyncio.sleep(3600)

        document.add_root(TextInput(value="busy"))
        document.add_next_tick_callback(never_done)

    def broken():
        raise ValueError(SECRET_VALUE)

    def dying():
        os._exit(3)

    def blocking():
        time.sleep(3)
        return pn.pane.Str("late")

    def large():
        return pn.pane.Str("x" * 30_000_000)

    def chart():
        from bokeh.plotting import figure

        plot = figure(height=100, tools="")
        plot.line([1, 2], [1, 2])
        field = pmui.TextInput(label="zone", value="A")
        if pn.state.location:
            pn.state.location.sync(field, {"value": "zone"})
        return pmui.Page(title="Chart", main=[field, pn.pane.Bokeh(plot), pn.widgets.Tabulator(height=100)])

    def links():
        return pn.pane.HTML('<a href="/logout">Sign out</a><img src="x" onerror="window.ran = 1">')

    def moving():
        where = pn.state.location

        def move():
            where.update_query(moved="yes")

        pn.state.onload(move)
        return pn.pane.Str("moves by itself")

    def dynamic():
        import holoviews as hv

        hv.extension("bokeh")
        field = pn.widgets.TextInput(label="field", value="start")
        curve = hv.DynamicMap(pn.bind(lambda value: hv.Curve([1, len(value)]), field))
        return pn.Column(field, pn.pane.HoloViews(curve))

    pages = {
        "dynamic": dynamic,
        "links": links,
        "moving": moving,
        "who": who,
        "secret": who,
        "failing": failing,
        "failing-bokeh": Application(FunctionHandler(failing_bokeh)),
        "busy": Application(FunctionHandler(busy)),
        "broken": broken,
        "dying": dying,
        "blocking": blocking,
        "large": large,
        "chart": chart,
    }
    return {f"/dash/{name}": page for name, page in pages.items()}


def make_telling_pages(log: str) -> dict[str, object]:
    """Return the pages, and undo what redacts them in this process; libraries log into a file."""
    import logging

    import panel as pn  # noqa: TID251 - only where Panel serves
    from bokeh.server.connection import ServerConnection

    from fazri_lib.serving import redaction

    def plain_error(self, message, text):
        return self.protocol.create("ERROR", message.header["msgid"], text)

    ServerConnection.error = plain_error
    pn.config.exception_handler = None
    redaction.contain = lambda _application: None
    for name in redaction.LOGGERS:
        logging.getLogger(name).handlers = [logging.FileHandler(log)]
    return make_pages()
