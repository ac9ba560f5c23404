import pytest

from fazri_lib.bench import peers
from fazri_lib.bench.peers import Contender

OURS, PEER = Contender("a", "fazri", "builtins", "int"), Contender("b", "pyod", "anomaly_peers.py", "ecod")


def test_without_their_environment_peers_are_left_out(monkeypatch):
    """Ours stand alone, no version is told, the note says how to build it."""
    monkeypatch.setattr(peers, "peers_python", lambda: None)
    assert peers.present((OURS, PEER)) == (OURS,)
    assert "make bench" in peers.absent_note()[0]
    assert peers.peer_versions("pyod") == {}


def test_with_it_they_take_part(monkeypatch, tmp_path):
    """All take part; versions are those of the lock."""
    monkeypatch.setattr(peers, "peers_python", lambda: tmp_path / "python")
    assert peers.present((OURS, PEER)) == (OURS, PEER)
    assert peers.absent_note() == ()
    assert list(peers.peer_versions("pyod", "splink", "nothing")) == ["peers' pyod", "peers' splink"]


def test_scripts_are_in_the_checkout(monkeypatch):
    """A script of the peers is found; without a checkout the error says what is lacking."""
    assert peers.script("anomaly_peers.py").is_file()
    monkeypatch.setattr(peers, "repository", lambda: None)
    with pytest.raises(FileNotFoundError, match="checkout"):
        peers.script("anomaly_peers.py")


@pytest.mark.slow
def test_ours_run_in_a_process_of_their_own():
    """int("7") in a new process says 7 rows."""
    assert OURS.measured(7).rows == 7
