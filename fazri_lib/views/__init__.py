"""Tables as charts: pure functions, a frame in, a HoloViews element out; and the page that notebooks end with."""

from fazri_lib.views.ahead import ACTUAL, expected_peaks, forecast_band
from fazri_lib.views.bars import amounts, count_bars, shares
from fazri_lib.views.bits import match_weights, merge_path, waterfall, weight_histogram
from fazri_lib.views.condition import coverage_heatmap, quality_table
from fazri_lib.views.now import arrivals_table, course, evidence_table, now_against_usual, severity_tiles
from fazri_lib.views.page import Shown, page
from fazri_lib.views.people import timeline
from fazri_lib.views.review import (
    decisions_table,
    pair_weights,
    people_by_records,
    resolution_curve,
    review_question,
    review_queue,
)
from fazri_lib.views.screen import enable
from fazri_lib.views.tables import html_table, text_of
from fazri_lib.views.unusual import findings_bars
from fazri_lib.views.zones import day_against_usual, occupancy_curve, occupancy_grid, week_heatmap, zone_map

__all__ = [
    "ACTUAL",
    "Shown",
    "amounts",
    "arrivals_table",
    "count_bars",
    "course",
    "coverage_heatmap",
    "day_against_usual",
    "decisions_table",
    "enable",
    "evidence_table",
    "expected_peaks",
    "findings_bars",
    "forecast_band",
    "html_table",
    "match_weights",
    "merge_path",
    "now_against_usual",
    "occupancy_curve",
    "occupancy_grid",
    "page",
    "pair_weights",
    "people_by_records",
    "quality_table",
    "resolution_curve",
    "review_question",
    "review_queue",
    "severity_tiles",
    "shares",
    "text_of",
    "timeline",
    "waterfall",
    "week_heatmap",
    "weight_histogram",
    "zone_map",
]
