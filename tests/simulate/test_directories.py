"""Five directories that each know people in their own way."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from binomial import within

from fazri_lib.sources.simulate.names import without_marks
from fazri_lib.sources.simulate.population import Archetype

IDENTIFYING = {
    "students": ("student_no", "email"),
    "staff": ("staff_no", "email"),
    "patrons": ("patron_no", "email"),
    "network": ("registration_no", "email", "device"),
    "cards": ("account_no", "student_no", "staff_no", "card_id"),
}
NAMES = {"students": "name", "staff": "name", "patrons": "name", "network": "owner", "cards": "name"}


def values(rows, *columns):
    """Everything that some columns say, in small letters."""
    return {str(value).lower() for column in columns for value in rows[column]} - {""}


def test_no_key_is_common_to_all(listed):
    """No column of one directory has even half of its values in every other one: there is no common key."""
    for name, rows in listed.items():
        others = {other: values(listed[other], *IDENTIFYING[other]) for other in listed if other != name}
        for column in IDENTIFYING[name]:
            own = values(rows, column)
            assert min(len(own & other) / len(own) for other in others.values()) < 0.05, (name, column)


def test_some_exact_values_link_two(listed, town):
    """Cards carry the holder's number in 80 % of cases; the library has the university's address in 45 %."""
    cards, accounts = listed["cards"].drop_duplicates("account_no"), town.holdings.accounts
    numbers = np.where(cards["student_no"] != "", cards["student_no"], cards["staff_no"])
    own = np.where(accounts.student_no != "", accounts.student_no, accounts.staff_no)[cards["person"]]
    assert within((numbers != "").sum(), len(cards), 0.8)
    given = numbers != ""
    assert within((numbers != own)[given].sum(), given.sum(), 0.01)
    patrons = listed["patrons"]
    assert within((patrons["email"] == accounts.email[patrons["person"]]).sum(), len(patrons), 0.45)
    assert within((patrons["email"] == accounts.private_email[patrons["person"]]).sum(), len(patrons), 0.35)


def test_network_addresses(listed, town):
    """Of registered devices 75 % have the university's address, 12 % a private one, 10 % none, 3 % a misspelt one."""
    rows, accounts = listed["network"].drop_duplicates("registration_no"), town.holdings.accounts
    typed, person = rows["email"].str.lower(), rows["person"]
    university, private, missing = (
        typed == accounts.email[person],
        typed == accounts.private_email[person],
        typed == "",
    )
    for found, share in (
        (university, 0.75),
        (private, 0.12),
        (missing, 0.1),
        (~university & ~private & ~missing, 0.03),
    ):
        assert within(found.sum(), len(rows), share)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(NAMES, 2)))
def test_names_differ(listed, one, other):
    """The same person has another name in another directory, often in more than marks and order."""
    both = listed[one].drop_duplicates("person").merge(listed[other].drop_duplicates("person"), on="person")
    pair = [
        both[NAMES[name] if NAMES[one] != NAMES[other] else f"name_{side}"] for name, side in ((one, "x"), (other, "y"))
    ]
    plain = [without_marks(names.to_numpy(str), is_german=True) for names in pair]
    words = [[set(text.lower().replace(",", "").split()) for text in names] for names in plain]
    same = np.array([first == second for first, second in zip(*words, strict=True)])
    assert 0.1 < 1 - same.mean() < 0.75


def test_names_are_short_forms_initials_and_slips(listed):
    """Among owners of devices: Susi for Susanne, an initial for the first name, no name at all."""
    both = listed["network"].merge(listed["students"], on="person")
    first = both["name"].str.split().str[0]
    typed = both["owner"].str.split().str[0].fillna("")
    assert ((first == "Susanne") & typed.isin(["Susi", "Sanne"])).any()
    assert 0.04 < typed.str.fullmatch(r"\w\.").mean() < 0.12
    assert within(
        (listed["network"].drop_duplicates("registration_no")["owner"] == "").sum(),
        both["registration_no"].nunique(),
        0.06,
    )


def test_dates_of_birth(listed, town):
    """Each office has its form; about 2 % of those given are wrong, some with day and month the other way round."""
    forms = {"students": "%Y-%m-%d", "staff": "%d.%m.%Y", "patrons": "%d/%m/%Y", "cards": "%Y-%m-%d"}
    missing = {"students": 0.01, "staff": 0.01, "patrons": 0.2, "cards": 0.4}
    swapped = 0
    for name, form in forms.items():
        rows = listed[name].drop_duplicates(listed[name].columns[0])
        given = rows[rows["born_on"] != ""]
        assert within(len(rows) - len(given), len(rows), missing[name])
        read = pd.to_datetime(given["born_on"], format=form)
        true = pd.Series(pd.DatetimeIndex(town.society.people.born_on[given["person"]]), index=read.index)
        assert within((read != true).sum(), len(given), 0.02)
        swapped += ((read.dt.day == true.dt.month) & (read.dt.month == true.dt.day) & (read != true)).sum()
    assert swapped > 5


def test_people_in_two_systems_and_twice_in_one(listed, town):
    """Doctoral researchers and assistants are students and staff; some students came back, some patrons stand twice."""
    archetype = town.society.people.archetype
    both = np.intersect1d(listed["students"]["person"], listed["staff"]["person"])
    doctoral = archetype[both] == Archetype.POSTGRADUATE
    assert within(doctoral.sum(), (archetype == Archetype.POSTGRADUATE).sum(), 0.45)
    assert within((~doctoral).sum(), (archetype <= Archetype.COMMUTER).sum(), 0.04)
    twice = listed["students"][listed["students"].duplicated("person", keep=False)]
    assert twice["person"].nunique() == round(0.02 * town.society.people.is_student.sum())
    assert twice.groupby("person")["student_no"].nunique().eq(2).all()
    patrons = listed["patrons"]
    assert within(patrons.duplicated("person").sum(), patrons["person"].nunique(), 0.04)


def test_a_returned_student(listed):
    """The first record of who came back ended before the second began."""
    students = listed["students"]
    old = students[students["left_on"] != ""].merge(students[students["left_on"] == ""], on="person")
    assert len(old) > 10
    assert (old["enrolled_on_x"] < old["left_on_x"]).all()
    assert (old["left_on_x"] < old["enrolled_on_y"]).all()
    assert (old["email_x"] != old["email_y"]).all()


def test_each_device_has_a_row(listed, town):
    """One registration a device; a registration with several rows is a phone whose address changes every week."""
    network = listed["network"]
    assert not network.duplicated("device").any()
    changing = network[network.duplicated("registration_no", keep=False)]
    assert set(changing["device_kind"]) == {"phone"}
    assert changing.groupby("registration_no")["changed_at"].min().eq("").all()
    assert changing.groupby("registration_no").size().between(3, 4).all()
    phones = town.holdings.devices
    assert changing["registration_no"].nunique() == phones.is_learnt.sum()
