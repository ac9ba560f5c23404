import pytest

from fazri_lib.errors import FileRefusedError
from fazri_lib.schema import LAKE_TABLES

PEOPLE = {
    "source": "people",
    "kind": "directory",
    "columns": {"record_key": "no", "name": "name", "email": "mail", "valid_from": "since", "born_on": "born"},
    "constants": {"role": "student"},
    "identifiers": {
        "card_id": {"column": "card", "valid_to": "until"},
        "email": {"column": "mail", "identifies": True},
    },
}
HEADER = "no,name,mail,since,born,card,until\n"


def test_records_and_what_they_list(load):
    """E-mail addresses in lower case, empty identifiers left out, validities and births of any year."""
    found = load(
        HEADER
        + "1, Zoë ,Zoe@X.org ,2024-09-01,1970-02-28,C1.png,9999-12-31\n"
        + "2,Bo,,1950-01-01,,,2025-01-01\n3,Cy,,,,C3,2025-06-30\n",
        **PEOPLE,
        strip_suffixes=(".png",),
        zone="Asia/Kolkata",
    )
    records = found.frames["records"].sort_values("load_order")
    assert list(records.columns) == list(LAKE_TABLES["records"].column_names)
    assert records[["record_key", "name", "role"]].to_numpy().tolist() == [
        ["1", "Zoë", "student"],
        ["2", "Bo", "student"],
        ["3", "Cy", "student"],
    ]
    assert records["email"].fillna("-").tolist() == ["zoe@x.org", "-", "-"]
    assert [str(known) for known in records["known_at"]] == [
        "2024-08-31 18:30:00",
        "1970-01-01 00:00:00",
        "1970-01-01 00:00:00",
    ]
    assert [str(day) for day in records["born_on"]] == ["1970-02-28", "None", "None"]
    assert records["load_order"].tolist() == [1, 2, 3]
    listed = found.frames["record_identifiers"].sort_values(["record_id", "id_type"])
    assert list(listed.columns) == list(LAKE_TABLES["record_identifiers"].column_names)
    by_record = listed.merge(records[["record_id", "record_key"]]).sort_values(["record_key", "id_type"])
    assert by_record[["record_key", "id_type", "id_value", "identifies"]].to_numpy().tolist() == [
        ["1", "card_id", "C1", False],
        ["1", "email", "zoe@x.org", True],
        ["3", "card_id", "C3", False],
    ]
    assert by_record["valid_to"].astype(str).fillna("-").tolist() == ["-", "-", "2025-06-29 18:30:00"]
    assert by_record["valid_from"].astype(str).fillna("-").tolist() == ["2024-08-31 18:30:00"] * 2 + ["-"]


def test_faults_of_records(load):
    """Without a key, with a nonsense date, valid to before from; their identifiers are left out as well."""
    good = "1,A,a@x.org,2024-09-01,,C1,2025-01-01\n"
    found = load(
        HEADER + good + ",B,b@x.org,2024-09-01,,C2,\n3,C,c@x.org,soon,,C3,\n"
        "4,D,d@x.org,2024-09-02,,C4,2024-09-01\n" + good.replace("1,A", "5,E"),
        **PEOPLE | {"identifiers": {"card_id": {"column": "card", "valid_from": "since", "valid_to": "until"}}},
    )  # fmt: skip
    assert found.rules == [(2, "missing_key", "no"), (3, "unreadable_time", "since"), (4, "ends_before_start", "until")]
    assert sorted(found.frames["record_identifiers"]["id_value"]) == ["C1", "C1"]


def test_a_changed_row_is_another_record(load):
    """An equal row is the same one, also in another file."""
    plain = {"source": "people", "kind": "directory", "columns": {"record_key": "no", "name": "name"}, "constants": {}}
    one = load("no,name\n1,A\n2,B\n", **plain).frames["records"].set_index("record_key")["record_id"]
    two = load("no,name\n2,B\n1,AA\n", **plain).frames["records"].set_index("record_key")["record_id"]
    assert one["2"] == two["2"]
    assert one["1"] != two["1"]


def test_a_directory_without_identifiers(load):
    """Lists none."""
    plain = {"source": "people", "kind": "directory", "columns": {"record_key": "no"}, "constants": {}}
    assert len(load("no\n1\n", **plain).frames["record_identifiers"]) == 0


def test_mostly_missing_keys_refuse_the_file(load):
    """The wrong column is mapped."""
    plain = {"source": "people", "kind": "directory", "columns": {"record_key": "no"}, "constants": {}}
    with pytest.raises(FileRefusedError, match="column no is empty or unreadable in 2 of 3 rows"):
        load('no,x\n"",1\n"",2\n1,3\n', **plain)


FACES = {
    "source": "faces",
    "kind": "embedding",
    "columns": {"id_value": "face", "vector": "v", "known_at": "at"},
    "constants": {"id_type": "face_id"},
}


def test_embeddings(load):
    """Vectors in brackets; what is none is a bad value, an empty identifier a missing key."""
    found = load(
        'face,v,at\nF1,"[0.5, 1]",2025-09-01\nF2,oops,2025-09-01\n,"[1]",2025-09-01\nF4,"[2]",\nF5,"[2]",2025-09-02\n',
        **FACES,
    )
    rows = found.frames["embeddings"].sort_values("id_value")
    assert list(rows.columns) == list(LAKE_TABLES["embeddings"].column_names)
    assert [list(vector) for vector in rows["vector"]] == [[0.5, 1.0], [2.0], [2.0]]
    assert [str(known) for known in rows["known_at"]] == [
        "2025-09-01 00:00:00",
        "1970-01-01 00:00:00",
        "2025-09-02 00:00:00",
    ]
    assert rows["id_key"].nunique() == 3
    assert found.rules == [(2, "bad_value", "v"), (3, "missing_key", "face")]
