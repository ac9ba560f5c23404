"""What people write to the help desk and into the security log: sentences with gaps for people, places and things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.sources.simulate.draws import IntArray, TextArray

PERSON, ZONE, CARD, DEVICE = "person", "zone", "card_id", "device_hash"
"""Kinds of mentions, and gaps of the sentences."""

SENTENCES = (
    ("helpdesk", "Wi-Fi keeps dropping in the {zone}."),
    ("helpdesk", "The card reader at the {zone} did not accept my card, even at the second try."),
    ("helpdesk", "Projector in the {zone} stays dark, {person} has tried two cables."),
    ("helpdesk", "My laptop cannot get an address in the {zone}; the sticker says {device_hash}."),
    ("helpdesk", "Device {device_hash} of {person} was thrown off the network three times today."),
    ("helpdesk", "{person} cannot log in at the {zone} since this morning, please call back."),
    ("helpdesk", "Please set up the screen in the {zone} for {person}, and leave the key at the desk."),
    ("facilities", "It is too cold in the {zone}, please check the heating."),
    ("facilities", "A chair in the {zone} is broken."),
    ("facilities", "Water on the floor near the {zone}; {person} has put up a sign."),
    ("facilities", "The light in the {zone} flickers. {person} says it has done so for weeks."),
    ("facilities", "Door of the {zone} does not close by itself any more, told {person} about it."),
    ("lost_and_found", "I left a grey scarf in the {zone}, has anybody handed it in?"),
    ("lost_and_found", "Found a set of keys in the {zone}, now at the desk."),
    ("lost_and_found", "Card {card_id} was lying on a table in the {zone}."),
    ("lost_and_found", "{person} asks whether a black umbrella from the {zone} has turned up."),
    ("lost_and_found", "A phone was found ({device_hash} on the network), {person} may be the owner."),
    ("security", "{person} was let into the {zone} without a card; identity checked."),
    ("security", "Card {card_id} refused twice at the {zone}. {person} said it had been wet."),
    ("security", "Saw {person} leave the {zone} with two boxes, said they were books."),
    ("security", "Round done, all quiet in the {zone}."),
    ("security", "Met {person} near the {zone}, no reason for concern."),
    ("event", "Coming with two guests to the open day, we meet {person} at the {zone}."),
    ("event", "Rehearsal with {person} moved to the {zone}, same hour."),
)
"""Category and sentence."""

ALIASES = {
    "MAIN_LOBBY": ("entrance hall", "foyer", "front desk area"),
    "OFFICES": ("admin floor", "staff offices", "offices upstairs"),
    "MEETING": ("conference rooms", "meeting room"),
    "SECURITY_POST": ("guards' room", "gatehouse"),
    "SERVER_ROOM": ("data centre", "machine room"),
    "HALL_A": ("big hall", "Hall A", "lecture theatre A"),
    "HALL_B": ("Hall B", "lecture theatre B"),
    "SEMINAR_1": ("SR1", "first seminar room"),
    "SEMINAR_2": ("SR2", "second seminar room"),
    "LAB_COMP": ("PC pool", "computing lab", "comp lab"),
    "LAB_CHEM": ("chem lab", "wet lab"),
    "LAB_MECH": ("workshop", "mech lab"),
    "LIBRARY": ("library", "lib", "quiet floor"),
    "GROUP_ROOMS": ("study rooms", "group rooms"),
    "CAFETERIA": ("canteen", "mensa", "dining hall"),
    "CAFE": ("cafe", "coffee corner"),
    "GYM": ("gym", "sports centre"),
    "HOSTEL": ("dorm", "residence hall"),
}
"""Other names of zones; a zone without any goes by its own."""

_GAP = re.compile(r"\{(\w+)\}")
GAPS = tuple(frozenset(_GAP.findall(sentence)) for _, sentence in SENTENCES)
"""Gaps of each sentence."""


def filled(kind: IntArray, values: Mapping[str, TextArray]) -> TextArray:
    """Return the sentences of the given kinds, each gap with the value of its row."""
    width = max(len(sentence) for _, sentence in SENTENCES) + sum(
        texts.dtype.itemsize // 4 for texts in values.values()
    )
    found = np.empty(len(kind), dtype=f"<U{width}")
    for number in np.unique(kind):
        rows = np.flatnonzero(kind == number)
        text = np.full(len(rows), "", dtype=f"<U{width}")
        for place, part in enumerate(_GAP.split(SENTENCES[number][1])):
            text = np.char.add(text, values[part][rows] if place % 2 else part)
        found[rows] = text
    return found
