import numpy as np
import pandas as pd
import pytest

from fazri_lib.forecast import place_models
from fazri_lib.forecast.place_components import COMPONENTS, PlaceComponents
from fazri_lib.forecast.place_models import PlaceModels, has_past
from fazri_lib.forecast.visits import encoded

EIGHT = pd.Timestamp("2026-01-05 08:00")


def one_person(zones):
    """Visits of one person, an hour apart."""
    at = [EIGHT + pd.Timedelta(hours=hour) for hour in range(len(zones))]
    return encoded(pd.DataFrame({"entity_id": 1, "zone_id": list(zones), "started_at": at}))


def test_back_off_by_hand():
    """Visits A B A: everyone (A 3/5, B 2/5); the person with N = 3, T = 2: A (2 + 2 * .6) / 5 = .64."""
    coded = one_person("ABA")
    made = PlaceComponents().fit(coded).predict(coded.take(slice(1, 2)))
    assert made["everyone"][0].tolist() == pytest.approx([0.6, 0.4])
    assert made["person"][0].tolist() == pytest.approx([0.64, 0.36])


def test_from_here_by_hand():
    """From A this person went to B once: N = T = 1, so B (1 + .36) / 2 = .68."""
    coded = one_person("ABA")
    made = PlaceComponents().fit(coded).predict(coded.take(slice(1, 2)))
    assert made["person_from"][0].tolist() == pytest.approx([0.32, 0.68])


def test_every_component_is_a_distribution(visits):
    """Probabilities of each component and of the mixture add up to one, for people never seen as well."""
    coded = encoded(visits(6, 20, is_habitual=True))
    known = coded.take(coded.person < 5)
    late = known.started_at >= np.sort(known.started_at)[-80]
    models = PlaceModels().fit(known, late, late & has_past(known))
    made = models.predict(coded)
    assert set(made) == {*COMPONENTS, "mixture"}
    for name, table in made.items():
        np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-4, err_msg=name)
    assert sum(models.shares_.values()) == pytest.approx(1)


def test_a_visits_own_zone_is_not_read(visits):
    """Changing the zone of the asked visit changes no probability."""
    coded = encoded(visits(3, 20, is_habitual=True))
    components, asked = PlaceComponents().fit(coded), coded.take(slice(7, 8))
    other = asked.take(slice(0, 1))
    other.zone[0] = (other.zone[0] + 1) % len(coded.zones)
    for name, table in components.predict(asked).items():
        np.testing.assert_array_equal(table, components.predict(other)[name])


def test_small_parts_give_the_same(visits, monkeypatch):
    """Scores do not depend on how many visits are computed at once."""
    coded = encoded(visits(4, 20, is_habitual=True))
    late = coded.started_at >= np.sort(coded.started_at)[-80]
    models = PlaceModels().fit(coded, late, late)
    whole = models.score(coded, late, late).groupby("model")["brier"].mean()
    monkeypatch.setattr(place_models, "CELLS_AT_ONCE", 24)
    pd.testing.assert_series_equal(models.score(coded, late, late).groupby("model")["brier"].mean(), whole)
