"""The directories of people, which can be joined by e-mail, and the truth about whose rows and identifiers they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from fazri_lib.sources.simulate.identifiers import NEVER_S
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype
from fazri_lib.sources.simulate.span import local_seconds

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.campus import Campus
    from fazri_lib.sources.simulate.draws import IntArray


def directories(campus: Campus) -> dict[str, tuple[pd.DataFrame, IntArray]]:
    """Return the rows of each directory, its own key first, with the person of each row."""
    people = campus.society.people
    students = people.of(Archetype.RESIDENT, Archetype.COMMUTER)
    staff = people.of(Archetype.FACULTY, Archetype.OFFICE, Archetype.SECURITY)
    devices = np.flatnonzero((campus.holdings.device != "") & (people.archetype != Archetype.VISITOR))
    cards = campus.holdings.cards()
    holders = cards["person"].to_numpy(np.int64)
    network = pd.DataFrame(
        {
            "registration_no": _numbers("R", len(devices)),
            "email": people.emails[devices],
            "device": campus.holdings.device[devices],
        }
    )
    issues = pd.DataFrame(
        {
            "email": people.emails[holders],
            "card_id": cards["id_value"],
            "issue_no": _numbers("K", len(cards)),
            "valid_from": _clock_text(cards["from_s"]),
            "valid_to": _clock_text(cards["to_s"]),
        }
    )
    return {
        "students": (_person_rows(campus, students), students),
        "staff": (_person_rows(campus, staff), staff),
        "network": (network, devices),
        "cards": (issues, holders),
    }


def identities(campus: Campus) -> pa.Table:
    """Return truth table `identities`: the person of every key of every directory, as directory:key."""
    found = directories(campus)
    record_ids = [f"{name}:{key}" for name, (rows, _) in found.items() for key in rows.iloc[:, 0]]
    persons = np.concatenate([persons for _, persons in found.values()])
    owned = pd.DataFrame({"record_id": record_ids, "person": persons}).drop_duplicates("record_id")
    return pa.table({"record_id": list(owned["record_id"]), "entity_id": _entities(owned["person"].to_numpy(np.int64))})


def holders(campus: Campus) -> pa.Table:
    """Return truth table `holders`: whose every identifier is, and from when to when; empty for always."""
    people, held = campus.society.people, campus.holdings
    always = {"email": people.emails, "person_no": people.person_nos, "device_hash": held.device, "face_id": held.face}
    cards = held.cards().assign(id_type="card_id")
    rows = [cards]
    for id_type, values in always.items():
        owners = np.flatnonzero(values != "")
        rows.append(
            pd.DataFrame(
                {"person": owners, "id_value": values[owners], "id_type": id_type, "from_s": NEVER_S, "to_s": NEVER_S}
            )
        )
    found = pd.concat(rows, ignore_index=True)
    return pa.table(
        {
            "id_type": pa.array(found["id_type"], pa.string()),
            "id_value": pa.array(found["id_value"], pa.string()),
            "entity_id": _entities(found["person"].to_numpy(np.int64)),
            "valid_from": instants(found["from_s"].to_numpy(np.int64)),
            "valid_to": instants(found["to_s"].to_numpy(np.int64)),
        }
    )


def instants(ts_s: IntArray) -> pa.Array:
    """Return seconds since 1970 UTC as Arrow timestamps[us, UTC], empty for `NEVER_S`."""
    never = ts_s == NEVER_S
    return pa.array(np.where(never, 0, ts_s) * 1_000_000, pa.int64(), mask=never).cast(pa.timestamp("us", tz="UTC"))


def _person_rows(campus: Campus, who: IntArray) -> pd.DataFrame:
    people = campus.society.people
    return pd.DataFrame(
        {
            "person_no": people.person_nos[who],
            "name": people.names[who],
            "email": people.emails[who],
            "role": people.roles[who],
            "department": DEPARTMENTS[people.department[who]],
            "face_id": campus.holdings.face[who],
        }
    )


def _entities(person: IntArray) -> pa.Array:
    return pa.array(person + 1, pa.int64())


def _numbers(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:06d}" for number in range(1, count + 1)]


def _clock_text(ts_s: pd.Series[int]) -> list[str]:
    """Campus time, empty for never."""
    known = ts_s.to_numpy(np.int64)
    local = local_seconds(np.where(known == NEVER_S, 0, known)).astype("datetime64[s]")
    return [str(clock).replace("T", " ") if value != NEVER_S else "" for clock, value in zip(local, known, strict=True)]
