"""Parameters of presence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Params:
    """How sightings become stays and occupancy.

    Attributes:
        settle_h: hours after which a stay or a figure no longer changes; claims known later than that after their time
            join no stay.
        sure_probability: a claim at least this probable ends the stay in another zone.
        anonymous_probability: how probable it is that a device that no directory knows stands for one more person.
        silent_h: hours without any row of any source after which a figure is called an outage.
    """

    settle_h: float = 6.0
    sure_probability: float = 0.5
    anonymous_probability: float = 0.5
    silent_h: int = 6

    @property
    def settle_s(self) -> int:
        """The delay in whole seconds."""
        return round(self.settle_h * 3600)
