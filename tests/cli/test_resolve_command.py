"""`fazri resolve` on the command line."""

import json

import pytest

SPEC = '[fields.name]\nkind = "name"\nfull = "name"\n[fields.mail]\nkind = "email"\ncolumn = "mail"\n'
ROWS = "record_id,name,mail\n1,Anna Weber,anna.weber@x.org\n2,Weber Anna,anna.weber@x.org\n3,Otto Klein,otto@y.org\n"


@pytest.fixture
def files(tmp_path):
    """A spec and three records."""
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "rows.csv").write_text(ROWS)
    return ("rows.csv", "--spec", "spec.toml", "--out", "out.csv")


@pytest.mark.slow
def test_it_writes_and_tells(fazri, files, tmp_path):
    """Three records, their clusters, and what was done; with --json for programs."""
    said = fazri("resolve", *files)
    assert said.exit_code == 0, said.stderr
    assert "3 records" in said.stdout
    told = json.loads(fazri("resolve", *files, "--json").stdout)
    assert told["records"] == 3
    assert told["pairs"] == 3
    assert (tmp_path / "out.csv").read_text().startswith("record_id,cluster_id,probability,ambiguous_with\n1,1,")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("kind", "knid", "spec.toml"), ('"mail"', '"maill"', "did you mean mail?"), ("full", "fall", "fall")],
)
def test_a_wrong_spec_ends_with_one_line(fazri, files, tmp_path, old, new, words):
    """Exit 3; what, expected, got, do this."""
    (tmp_path / "spec.toml").write_text(SPEC.replace(old, new))
    result = fazri("resolve", *files)
    assert result.exit_code == 3
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_missing_file_ends_with_one_line(fazri, files):
    """Exit 3 and the file's name."""
    result = fazri("resolve", "none.csv", *files[1:])
    assert result.exit_code == 3
    assert "none.csv" in result.stderr
