"""The truth of identity: who everybody is, whose every directory row is, who held which identifier and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from fazri_lib.sources.simulate.devices import NEVER_S
from fazri_lib.sources.simulate.directories import card_accounts, directories
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype
from fazri_lib.sources.simulate.span import instant

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.campus import Campus
    from fazri_lib.sources.simulate.draws import DateArray, IntArray, TextArray

_ARCHETYPES = np.array([kind.name.lower() for kind in Archetype])


def people_rows(campus: Campus) -> pa.Table:
    """Return truth table `people`: archetype, role and department of everybody."""
    people = campus.society.people
    return pa.table(
        {
            "entity_id": _entities(np.arange(people.count)),
            "archetype": pa.array(_ARCHETYPES[people.archetype]),
            "role": _known(people.roles),
            "department": _known(DEPARTMENTS[people.department]),
        }
    )


def identities(campus: Campus) -> pa.Table:
    """Return truth table `identities`: the person of every key of every directory, as directory:key."""
    parts = []
    for name, (rows, person) in directories(campus).items():
        keys = np.char.add(f"{name}:", rows.iloc[:, 0].to_numpy(str))
        parts.append(pd.DataFrame({"record_id": keys, "person": person}))
    owned = pd.concat(parts).drop_duplicates("record_id")
    return pa.table(
        {"record_id": pa.array(owned["record_id"], pa.string()), "entity_id": _entities(owned["person"].to_numpy())}
    )


def holders(campus: Campus) -> pa.Table:
    """Return truth table `holders`: whose every identifier is, and from when to when; empty for always."""
    found = pd.concat(_numbers_and_addresses(campus) + _things(campus), ignore_index=True)
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


def _things(campus: Campus) -> list[pd.DataFrame]:
    """Cards, devices and faces."""
    held = campus.holdings
    return [
        held.cards().assign(id_type="card_id"),
        held.devices.held(campus.span.end_s).drop(columns="kind").assign(id_type="device_hash"),
        _held("face_id", held.face),
    ]


def _numbers_and_addresses(campus: Campus) -> list[pd.DataFrame]:
    people, accounts = campus.society.people, campus.holdings.accounts
    former, since_s = accounts.former, _midnights(accounts.since_on)
    is_known = people.archetype != Archetype.VISITOR
    then = {"from_s": _midnights(former.from_on), "to_s": _midnights(former.to_on), "person": former.person}
    return [
        _held("student_no", accounts.student_no, since_s),
        pd.DataFrame({"id_type": "student_no", "id_value": former.student_no, **then}),
        _held("staff_no", accounts.staff_no, since_s),
        _held("patron_no", accounts.patron_no),
        _held("patron_no", accounts.second_patron_no),
        _held("account_no", np.where(is_known, card_accounts(people.count), "")),
        _held("email", accounts.email, since_s),
        pd.DataFrame({"id_type": "email", "id_value": former.email, **then}),
        _held("email", np.where(is_known, accounts.private_email, "")),
    ]


def _held(id_type: str, values: TextArray, from_s: IntArray | None = None) -> pd.DataFrame:
    """One identifier a person, empty for none."""
    person = np.flatnonzero(values != "")
    since_s = np.full(len(values), NEVER_S) if from_s is None else from_s
    return pd.DataFrame(
        {
            "id_type": id_type,
            "id_value": values[person],
            "person": person,
            "from_s": since_s[person],
            "to_s": np.full(len(person), NEVER_S),
        }
    )


def _midnights(dates: DateArray) -> IntArray:
    """Return when local days start, seconds since 1970 UTC."""
    days, which = np.unique(dates, return_inverse=True)
    found: IntArray = np.array([instant(day, 0) for day in days.astype(object)], dtype=np.int64)[which]
    return found


def _known(values: TextArray) -> pa.Array:
    return pa.array(values, pa.string(), mask=values == "")


def _entities(person: IntArray) -> pa.Array:
    return pa.array(person + 1, pa.int64())
