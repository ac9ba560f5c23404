"""Which zone of each kind is whose: people keep to one site and, in it, to their own rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, Stream, draws

if TYPE_CHECKING:
    import numpy.typing as npt

    from fazri_lib.sources.simulate.places import Places


def build_homes(people: int, places: Places, seed: int) -> npt.NDArray[np.int16]:
    """Return the zone of every person and kind; the last column is NOWHERE, so that NOWHERE stays NOWHERE.

    Everybody has a site, all sites as many people, and walks within it only: no walk is longer than a few minutes.
    """
    rank = draws(seed, Stream.HOMES).permutation(people)
    sites = int(places.site.max()) + 1
    site, seat = rank % sites, rank // sites
    kinds = int(places.kind.max()) + 1
    homes = np.full((people, kinds + 1), NOWHERE, dtype=np.int16)
    for kind in range(kinds):
        of_kind = np.flatnonzero(places.kind == kind)
        zones = of_kind[np.argsort(places.site[of_kind], kind="stable")].reshape(sites, -1)
        homes[:, kind] = zones[site, seat % zones.shape[1]]
    return homes
