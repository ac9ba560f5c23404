"""A campus to be copied, its people split into members and others, and the trails of people in any campus folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib import settings
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.simulate import simulate

if TYPE_CHECKING:
    from pathlib import Path

VAULT, PROVOST = "VAULT", "provost"
WORD = r"[\w@.+:/-]+"
"""A word of a file: an identifier, an address, a date."""
ID_COLUMNS = {
    "wifi-*.csv": "device", "swipes.csv": "card_id", "bookings.csv": "booked_by", "library.csv": "patron_no",
    "notes.csv": "reporter", "cameras.jsonl": "face",
}  # fmt: skip
DIRECTORIES = {
    "students": "student_no", "staff": "staff_no", "patrons": "patron_no", "network": "registration_no",
    "cards": "account_no",
}  # fmt: skip


def build(home: Path, people: int, days: int, seed: int) -> Path:
    """A simulated campus with a provost who is alone in a vault every night at three."""
    simulate(people, days, seed, home)
    plant_provost(home, days)
    return home


def plant_provost(home: Path, days: int) -> None:
    """Add the only one of a role, and the only zone that only one person enters."""
    _append(home / "zones.csv", {"zone_id": VAULT, "name": "Vault", "security": "high"})
    nobody = {"staff_no": "T1-UNIQUE", "name": "Unique, Quirin"}
    contact = {"email": "quirin.unique@campus.example", "phone": "0199/9999999", "born_on": "29.02.1952"}
    work = {"category": PROVOST, "unit": "Rectorate", "hired_on": "01.01.2001"}
    _append(home / "raw" / "staff.csv", nobody | contact | work)
    card = {"account_no": "K-UNIQUE", "card_id": "C-UNIQUE", "valid_from": "2024-09-01 10:00:00"}
    _append(home / "raw" / "cards.csv", {"name": "Quirin Unique", "staff_no": "T1-UNIQUE"} | card)
    nights = [f"2025-03-{3 + day:02d} 03:0{minute}:00" for day in range(days) for minute in range(10)]
    rows = pd.DataFrame({"swiped_at": nights, "zone": VAULT, "reader": "D99", "card_id": "C-UNIQUE"})
    path = home / "raw" / "swipes.csv"
    pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False), rows]).to_csv(path, index=False)


def keep_members(home: Path) -> None:
    """Take everybody with an odd truth number out of the files; the truth keeps all."""
    keys = pd.read_parquet(home / "truth" / "identities.parquet")
    own = set(keys.loc[keys["entity_id"] % 2 == 1, "record_id"])
    for name, key in DIRECTORIES.items():
        path = home / "raw" / f"{name}.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows[~(name + ":" + rows[key]).isin(own)].to_csv(path, index=False)
    holders = pd.read_parquet(home / "truth" / "holders.parquet")
    others = set(holders.loc[holders["entity_id"] % 2 == 1, "id_value"]) - set(
        holders.loc[holders["entity_id"] % 2 == 0, "id_value"]
    )
    for pattern, column in ID_COLUMNS.items():
        for path in (home / "raw").glob(pattern):
            rows = raw_rows(path)
            kept = rows[~rows[column].isin(others)]
            if path.suffix == ".jsonl":
                kept.to_json(path, orient="records", lines=True)
            else:
                kept.to_csv(path, index=False)


def raw_rows(path: Path) -> pd.DataFrame:
    """The rows of a raw file, all as written."""
    if path.suffix == ".jsonl":
        return pd.read_json(path, lines=True, dtype=False)
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def personal(home: Path) -> tuple[set[str], set[str]]:
    """All that is somebody's in the raw files and the truth of a campus: single words, and texts of several words."""
    raw = {path.stem: raw_rows(path) for path in sorted((home / "raw").iterdir())}
    holders, mentions = (pd.read_parquet(home / "truth" / f"{name}.parquet") for name in ("holders", "mentions"))
    mentions = mentions[mentions["kind"] != "zone"]  # names of zones are nobody's
    listed = {*holders["id_value"], *mentions["id_value"].dropna(), *mentions["text"].dropna()}
    columns = {
        "students": ["student_no", "name", "email", "phone", "born_on", "face_id"],
        "staff": ["staff_no", "name", "email", "phone", "born_on", "face_id"],
        "patrons": ["patron_no", "name", "email", "phone", "born_on"],
        "network": ["registration_no", "owner", "email", "phone", "device"],
        "cards": ["account_no", "name", "born_on", "student_no", "staff_no", "card_id"],
        "bookings": ["booking_no", "booked_by"], "library": ["loan_no", "patron_no", "book"],
        "notes": ["note_no", "reporter", "text"], "swipes": ["card_id"], "cameras": ["frame", "face"],
    }  # fmt: skip
    columns |= {name: ["device"] for name in raw if name.startswith("wifi")}
    for name, names in columns.items():
        for column in names:
            listed |= set(raw[name][column].dropna().astype(str))
    listed |= {value.lower() for value in listed if "@" in value}
    listed -= {""}
    words = {value for value in listed if re.fullmatch(WORD, value)}
    return words, listed - words


def load(home: Path) -> None:
    """Ingest the campus."""
    assert ingest(home, settings.load(home), home).refused == ()


def trails(home: Path, wifi: str, swipes: str, devices: str = "device", times: str = "timestamp") -> pd.DataFrame:
    """Who was where when, by the raw files and the truth of a folder: entity_id, zone_id, ts."""
    points = pd.read_csv(home / "access_points.csv").rename(columns={"sensor_id": "ap_id"})
    heard = pd.concat([pd.read_csv(path) for path in sorted((home / "raw").glob(wifi))]).merge(points, on="ap_id")
    heard = heard.rename(columns={devices: "id_value", times: "ts"})
    swiped = pd.read_csv(home / "raw" / swipes).rename(
        columns={"card_id": "id_value", "swiped_at": "ts", "zone": "zone_id"}
    )
    columns = ["id_value", "zone_id", "ts"]
    rows = pd.concat([heard[columns], swiped[columns]])
    holders = pd.read_parquet(home / "truth" / "holders.parquet").drop_duplicates("id_value", keep=False)
    found = rows.merge(holders[["id_value", "entity_id"]], on="id_value")
    return found.assign(ts=pd.to_datetime(found["ts"]))[["entity_id", "zone_id", "ts"]]


def cells(home: Path) -> tuple[str, set[str]]:
    """All text of a folder, tables included, and the words in it."""
    texts = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and "state" not in path.parts:
            is_table = path.suffix == ".parquet"
            texts.append(pd.read_parquet(path).to_csv() if is_table else path.read_text(encoding="utf-8"))
    text = "\n".join(texts)
    return text, {*re.findall(WORD, text), *re.findall(r"[\w@.+:-]+", text)}


def _append(path: Path, row: dict[str, str]) -> None:
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([rows, pd.DataFrame([row])]).fillna("").to_csv(path, index=False)
