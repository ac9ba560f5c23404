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
    assert told["coverage"] == {"rows": {"name": 1.0, "mail": 1.0}}
    assert "warnings" not in told
    assert said.stdout.splitlines()[:3] == ["filled  rows", "name    100%", "mail    100%"]
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


@pytest.mark.slow
def test_files_that_hardly_meet_are_told(fazri, files, tmp_path):
    """A warning on standard error, or in the JSON; the table shows what is empty."""
    (tmp_path / "cards.csv").write_text("record_id,name\n7,Anna Weber\n8,\n")
    said = fazri("resolve", "cards.csv", *files)
    assert said.exit_code == 0, said.stderr
    line = "cards has nothing for mail and shares only name with rows: who is found in both rests on that"
    assert f"fazri: warning: {line}" in said.stderr
    assert "mail    0%     100%" in said.stdout
    assert json.loads(fazri("resolve", "cards.csv", *files, "--json").stdout)["warnings"] == [line]


@pytest.mark.slow
def test_two_records_are_explained(fazri, files, tmp_path):
    """The waterfall adds up on the terminal; with --json what joins or parts them, without values of the records."""
    given, family = ("Ida", "Jan", "Lea", "Max", "Pia", "Tom"), ("Adler", "Busch", "Conrad", "Dietz", "Ernst", "Fuchs")
    others = [f"{one} {other}" for one in given for other in family]
    twice = [(number % 36, name) for number, name in enumerate([*others, *others[:18]])]
    rows = [f"{place},{name},m{number}@z.org" for place, (number, name) in enumerate(twice, start=4)]
    (tmp_path / "rows.csv").write_text(ROWS + "\n".join(rows) + "\n")
    said = fazri("resolve", *files, "--explain", "1", "2")
    assert said.exit_code == 0, said.stderr
    assert "prior" in said.stdout
    assert "1 and 2 are one person" in said.stdout
    assert "nna" not in said.stdout
    told = json.loads(fazri("resolve", *files, "--explain", "1", "2", "--json").stdout)["explanation"]
    assert told["records"] == ["1", "2"]
    assert len(told["path"]) == 1
    weakest = [step["average"] for step in told["path"] if step["is_weakest"]]
    assert weakest == [min(step["average"] for step in told["path"])]
    assert told["waterfall"][-1]["total"] == pytest.approx(told["weight"], abs=1e-5)
    assert {"field", "label", "bits", "rarity", "total"} == set(told["waterfall"][0])


@pytest.mark.slow
def test_unknown_records_end_with_one_line(fazri, files):
    """Exit 3; what, expected, do this."""
    result = fazri("resolve", *files, "--explain", "1", "9")
    assert result.exit_code == 3
    assert "no record has one of these ids" in result.stderr
