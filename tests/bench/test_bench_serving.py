"""The load on the door: what the readers understand of pages and messages, and what is made of their times."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fazri_lib.bench import serving
from fazri_lib.bench.campuses import Campuses
from fazri_lib.bench.load import Door, Loaded, Readers, action_rows, faults, process_rows, put_load, read_done
from fazri_lib.bench.places import peers_python, repository
from fazri_lib.bench.processes import Watch
from fazri_lib.bench.sizes import QUICK, Load

COLUMNS = ["at_s", "pid", "process", "cpu_s", "rss_mb", "connections"]
SMALL_DOOR = Path(__file__).with_name("small_door.py")
PASSWORD = "correct horse"  # noqa: S105 - of the test's server  # pragma: allowlist secret


@pytest.fixture(scope="module")
def wire():
    """The module of the peers that reads messages; it needs nothing but Python."""
    path = repository() / "benchmarks" / "bokeh_wire.py"
    spec = importlib.util.spec_from_file_location("bokeh_wire", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bokeh_wire"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["bokeh_wire"]


def fed(wire, *frames):
    """What comes out after each frame."""
    reassembly = wire.Reassembly()
    return [reassembly.feed(frame) for frame in frames]


def test_three_frames_are_a_message(wire):
    """Header, metadata and content make one message; the next frame starts another."""
    patch = {"events": [{"kind": "ModelChanged", "attr": "busy", "new": True}]}
    frames = [
        '{"msgid": "1", "msgtype": "PATCH-DOC"}',
        "{}",
        json.dumps(patch),
        '{"msgtype": "OK", "reqid": "7"}',
        "{}",
    ]
    first, ok = [found for found in fed(wire, *frames, "{}") if found]
    assert (first.kind, first.answers, first.events) == ("PATCH-DOC", None, patch["events"])
    assert first.size == sum(len(frame) for frame in frames[:3])
    assert (ok.kind, ok.answers, ok.events) == ("OK", "7", [])


def test_buffers_belong_to_their_message(wire):
    """Two buffers are four more frames; the message is there with the last of them."""
    found = fed(wire, '{"msgtype": "PATCH-DOC", "num_buffers": 2}', "{}", '{"events": []}', "{}", b"1", "{}", b"23")
    assert [one is None for one in found] == [True] * 6 + [False]
    assert found[-1].size == 42 + 2 + 14 + 2 + 1 + 2 + 2


@pytest.mark.parametrize("frames", [("[1]", "{}", "{}"), (b"x", "{}", "{}"), ("{}", "{}", "{}"), ("no", "{}", "{}")])
def test_other_frames_are_refused(wire, frames):
    """A header that is a list, bytes, no JSON, or lacks the type is an error."""
    with pytest.raises(wire.WireError, match="Bokeh header"):
        fed(wire, *frames)


def test_a_change_is_three_frames(wire):
    """What is sent is understood by the same reassembly, and names the model."""
    number, frames = wire.message("PATCH-DOC", wire.change("p1", value="LIB"))
    (found,) = [one for one in fed(wire, *frames) if one]
    assert found.events == [{"kind": "ModelChanged", "model": {"id": "p1"}, "attr": "value", "new": "LIB"}]
    assert json.loads(frames[0]) == {"msgid": number, "msgtype": "PATCH-DOC"}


def model(name, number, **attributes):
    """A model as Bokeh writes it."""
    return {"type": "object", "name": name, "id": number, "attributes": attributes}


def test_fields_of_a_document(wire):
    """Widgets that choose one of several and those for a day are found at any depth; files are listed once."""
    zone = model("Select12", "p3", value="LIB", label="Zone", options=["LIB", "GYM"])
    pairs = model("RadioButtonGroup1", "p4", options=[["Today", 0], ["Week", 7]])
    others = [
        model("Select2", "p5", value="A", options=["A"]),
        model("MultiSelect1", "p6", value=["A"], options=["A", "B"]),
        model("AutocompleteInput1", "p7", value="", options=["A", "B"]),
        model("TextInput1", "p8", placeholder="Find"),
        model("DatePicker1", "p9", label="To (day)"),
    ]
    bundle = {"esm": "../static/extensions/x/x.bundle.js?1a", "css": "../static/extensions/x/x.bundle.js?1a"}
    page = model("Page", "p1", data=model("Page1", "p2", children=[zone, pairs]), others=others, **bundle)
    found = wire.Document.of({"doc": {"roots": [page]}})
    assert [(field.kind, field.model, field.now, field.options) for field in found.fields] == [
        ("choice", "p3", "LIB", ("LIB", "GYM")),
        ("choice", "p4", None, (0, 7)),
        ("day", "p9", None, ()),
    ]
    assert found.files == ("../static/extensions/x/x.bundle.js?1a",)


def test_a_page_without_choices_is_searched(wire):
    """Where nothing can be chosen the field that looks something up is used, by what is typed into it."""
    (found,) = wire.Document.of(
        {"roots": [model("TextInput1", "p8", placeholder="Find"), model("TextInput1", "p9")]}
    ).fields
    assert (found.kind, found.model, found.attribute) == ("search", "p8", "value_input")


def test_a_browser_tells_of_itself_and_of_plots(wire):
    """Seven facts of the browser, one a message; of each plot three times its four sizes, and its colours."""
    content = {
        "doc": {"roots": [model("panel.models.browser.BrowserInfo", "p1"), model("Figure", "p2"), model("x", "p3")]}
    }
    answers = wire.Document.of(content).answers
    assert [[event["model"]["id"] for event in answer["events"]] for answer in answers] == [
        *([["p1"]] * 7),
        *([["p2"] * 4] * 3),
        ["p2"] * 3,
    ]


def test_html_of_a_page_and_of_a_login(wire):
    """Scripts, style sheets and the token are found; of forms the one with the password, with its hidden fields."""
    html = '<script src="a.js?v=1"></script><link rel="stylesheet" href="b.css"><link rel=icon href="c.png">'
    assert wire.Page(html).files == ["a.js?v=1", "b.css"]
    assert wire.token_of('render_items = [{"token":"abc.d-e","roots":{}}]') == "abc.d-e"
    with pytest.raises(wire.WireError, match="page without a token"):
        wire.token_of(html)
    login = wire.Page(
        '<form action="/other"><input name="q"><input type=hidden name=a value=1></form><form action="/login?next=/">'
        '<input type="hidden" name="csrf" value="t"><input name="who"><input type="password" name="word"></form>'
    )
    assert (login.action, login.form) == ("/login?next=/", {"csrf": "t"})
    assert (login.fields["text"], login.fields["password"]) == ("who", "word")


def test_percentiles_by_hand(tmp_path):
    """Updates of 1 to 100 ms: half of them within 50.5 ms; an error counts as done and as an error."""
    lines = ["type,name,at_s,ms,bytes,fault", *(f"action,update,{i},{i},9," for i in range(1, 101))]
    lines += ['action,page,1,30,9,"PageError: no patch, none"', "GET,/dash/one,2,20,9,", 'POST,"/login, sent",0,70,0,']
    (tmp_path / "done.csv").write_text("\n".join(lines))
    done = read_done(tmp_path / "done.csv")
    rows = {row["action"]: row for row in action_rows(done)}
    update = rows["update"]
    assert (update["count"], update["errors"], update["most ms"]) == (100, 0, 100)
    assert (update["P50 ms"], update["P95 ms"], update["P99 ms"]) == (50, 95, 99)
    assert (rows["page"]["errors"], rows["login"]["P50 ms"], rows["other requests"]["count"]) == (1, 70, 1)
    assert (rows["page, cold cache"]["count"], rows["page, cold cache"]["P95 ms"]) == (0, None)
    assert faults(done) == ["1 times: PageError: no patch, none"]


def test_first_and_last_part_by_hand():
    """Load from second 2 to 6, halves of 2 s: the front's memory grows from 10 to 20 MB, its CPU by 2 of 4 s."""
    memory = [5, 5, 10, 10, 20, 20, 20, 8]
    cpu = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]
    rows = [(at, 1, "front", cpu[at], memory[at], at) for at in range(8)]
    rows += [(at, pid, name, 1, 7, 1) for at in range(8) for pid, name in ((2, "Panel 1"), (3, "tracker"))]
    used = pd.DataFrame(rows, columns=COLUMNS)
    front, panel, every = process_rows(used, Load(seconds=4, ramp_s=2))
    assert (front["CPU s"], front["cores"]) == (2.0, 0.5)
    assert [front[f"MB {span}"] for span in ("before", "first", "last", "most", "after rest")] == [5, 13, 20, 20, 8]
    assert [front[f"connections {span}"] for span in ("first", "last", "after rest")] == [3, 5, 7]
    assert (panel["CPU s"], panel["MB last"]) == (0, 7)
    assert (every["process"], every["CPU s"], every["MB last"]) == ("all", 2.0, 34)


def test_a_program_and_its_children_are_read():
    """A child that this process started is in the readings, with its memory, under another name than the first."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        watch = Watch(child.pid)
        watch.look()
        child.communicate(b"\n")
        watch.look()
    assert watch.readings["process"].tolist()[:1] == ["front"]
    assert watch.readings["rss_mb"].iloc[0] > 0
    assert set(watch.readings["pid"]) == {child.pid}


def test_connections_of_others_are_counted():
    """Two connections to a port that this process listens on are two; those that it opens itself are none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ends = [socket.create_connection(server.getsockname()) for _ in range(2)]
        accepted = [server.accept()[0] for _ in ends]
        watch = Watch(os.getpid())
        watch.look()
        for end in (*ends, *accepted):
            end.close()
    assert watch.readings["connections"].iloc[0] == 2


def test_without_the_peers_it_is_skipped(monkeypatch, tmp_path):
    """Without Locust's environment nothing is started; the note says how to build it."""
    monkeypatch.setattr(serving, "peers_python", lambda: None)
    result = serving.serving_bench(QUICK, Campuses(QUICK, tmp_path))
    assert result.was_skipped
    assert "make bench" in result.notes[0]
    assert list(tmp_path.iterdir()) == []


def test_tables_say_their_mode():
    """Both modes stand in both tables, thread mode with its one process and the sum; the title names the load."""
    done = pd.DataFrame(
        [("action", "update", 1.0, 80.0, 9, "")], columns=["type", "name", "at_s", "ms", "bytes", "fault"]
    )
    used = pd.DataFrame([(at, 1, "front", at, 10, 1) for at in range(8)], columns=COLUMNS)
    found = {mode: Loaded(done, used, 1.0) for mode in ("thread", "processes")}
    actions, processes = serving.tables(found, Load(seconds=4, ramp_s=2))
    assert actions.title == "50 readers for 4 s, thinking 5 to 15 s, 20% openings"
    assert actions.rows.groupby("mode")["count"].sum().to_dict() == {"thread": 1, "processes": 1}
    assert processes.rows[["mode", "process"]].to_numpy().tolist() == [
        [mode, process] for mode in ("thread", "processes") for process in ("front", "all")
    ]


@pytest.fixture
def small_door():
    """The server of `small_door.py`, running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SMALL_DOOR), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield server.pid, server.stdout.readline().strip()
        finally:
            server.terminate()


def loaded(small_door, tmp_path, *pages, password=PASSWORD):
    """What two readers did there within a few seconds."""
    if peers_python() is None:
        pytest.skip("peers absent: .venv-bench is not built; `make bench` builds it")
    pid, address = small_door
    door = Door(address, pid, Readers((("a", password), ("b", password)), pages))
    return put_load(door, Load(users=2, seconds=5, ramp_s=1, think_s=(0.2, 0.6), opening=0.3, rest_s=1), tmp_path)


@pytest.mark.slow
def test_readers_log_in_open_and_change(small_door, tmp_path):
    """Two readers log in, open pages cold and warm and change them, without an error; the server's memory is read."""
    found = loaded(small_door, tmp_path, "/dash/one", "/dash/two?zone_id=LIB")
    rows = {row["action"]: row for row in action_rows(found.done)}
    assert faults(found.done) == []
    assert (rows["login"]["count"], rows["page, cold cache"]["count"]) == (2, 2)
    assert min(rows[action]["count"] for action in ("page", "update")) > 0
    assert rows["update"]["P50 ms"] > 50  # Panel's own pause: the reply alone would take a few ms
    assert found.used["rss_mb"].min() > 50
    assert found.used["connections"].max() >= 2  # both pages are open
    assert found.generator_cpu_s > 0
    assert not (tmp_path / "load.json").exists()


@pytest.mark.slow
def test_refused_readers_are_errors(small_door, tmp_path):
    """With a wrong password the login and every opening fail, and that is counted."""
    found = loaded(small_door, tmp_path, "/dash/one", password="wrong")  # noqa: S106 - meant to be
    rows = {row["action"]: row for row in action_rows(found.done)}
    assert rows["login"]["errors"] == 2


@pytest.mark.slow
def test_an_answer_without_a_change_is_an_error(small_door, tmp_path):
    """Where the callback of a choice fails the page opens, and every update counts as failed."""
    found = loaded(small_door, tmp_path, "/dash/broken")
    rows = {row["action"]: row for row in action_rows(found.done)}
    assert rows["page, cold cache"]["errors"] == 0
    assert rows["update"]["count"] == rows["update"]["errors"] > 0


@pytest.mark.slow
def test_the_real_door_in_both_modes(tmp_path):
    """Readers of the demo campus meet no error in either mode; in process mode Panel has two processes of its own."""
    if peers_python() is None:
        pytest.skip("peers absent: .venv-bench is not built; `make bench` builds it")
    pytest.importorskip("fazri_lib.serving.front", reason="the server is not merged yet")
    result = serving.serving_bench(QUICK, Campuses(QUICK, tmp_path))
    actions, processes = (table.rows for table in result.tables)
    assert actions["errors"].sum() == 0, result.notes
    done = actions.set_index(["mode", "action"])["count"]
    for mode in ("thread", "processes"):
        assert (done[mode, "login"], done[mode, "page, cold cache"]) == (2, 2)
    assert done[:, "update"].sum() > 0
    assert processes["process"].tolist() == ["front", "all", "front", "Panel 1", "Panel 2", "all"]
    assert (processes["MB before"] > 50).all()
