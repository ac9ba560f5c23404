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
ID_COLUMNS = {"wifi-*.csv": "device", "swipes.csv": "card_id", "bookings.csv": "booked_by", "library.csv": "person_no"}
DIRECTORIES = ("students", "staff", "network", "cards")


def build(home: Path, people: int, days: int, seed: int) -> Path:
    """A simulated campus with telephone numbers, births, and a provost who is alone in a vault every night at three."""
    simulate(people, days, seed, home)
    students = pd.read_csv(home / "raw" / "students.csv", dtype=str, keep_default_na=False)
    students["phone"] = [f"+49 151 {5_000_000 + 7 * at}" for at in range(len(students))]
    students["born"] = [str(day.date()) for day in pd.date_range("1998-01-01", periods=len(students), freq="3D")]
    students.to_csv(home / "raw" / "students.csv", index=False)
    contract = home / "contracts" / "students.toml"
    text = contract.read_text().replace('email = "email"\n', 'email = "email"\nphone = "phone"\nborn_on = "born"\n', 1)
    contract.write_text(text)
    plant_provost(home, days)
    return home


def plant_provost(home: Path, days: int) -> None:
    """Add the only one of a role, and the only zone that only one person enters."""
    _append(home / "zones.csv", {"zone_id": VAULT, "name": "Vault", "security": "high"})
    nobody = {"person_no": "T1", "name": "Quirin Unique", "email": "quirin.unique@campus.example"}
    _append(home / "raw" / "staff.csv", nobody | {"role": PROVOST, "department": "Rectorate"})
    _append(
        home / "raw" / "cards.csv",
        {"email": nobody["email"], "card_id": "C-UNIQUE", "valid_from": "2024-09-01 10:00:00"},
    )
    nights = [f"2025-03-{3 + day:02d} 03:0{minute}:00" for day in range(days) for minute in range(10)]
    rows = pd.DataFrame({"swiped_at": nights, "zone": VAULT, "reader": "D99", "card_id": "C-UNIQUE"})
    path = home / "raw" / "swipes.csv"
    pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False), rows]).to_csv(path, index=False)


def keep_members(home: Path) -> None:
    """Take everybody with an odd truth number out of the files; the truth keeps all."""
    holders = pd.read_parquet(home / "truth" / "holders.parquet")
    others = set(holders.loc[holders["entity_id"] % 2 == 1, "id_value"]) - set(
        holders.loc[holders["entity_id"] % 2 == 0, "id_value"]
    )
    for name in DIRECTORIES:
        path = home / "raw" / f"{name}.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows[~rows.isin(others).any(axis=1)].to_csv(path, index=False)
    for pattern, column in ID_COLUMNS.items():
        for path in (home / "raw").glob(pattern):
            rows = pd.read_csv(path, dtype=str, keep_default_na=False)
            rows[~rows[column].isin(others)].to_csv(path, index=False)


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
    return text, set(re.findall(r"[\w@.+:-]+", text))


def _append(path: Path, row: dict[str, str]) -> None:
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([rows, pd.DataFrame([row])]).fillna("").to_csv(path, index=False)
