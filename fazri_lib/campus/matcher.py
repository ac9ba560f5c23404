"""A matcher to build and tune: trained on records at hand, then asked what it learnt and where it is in doubt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.campus import on_record
from fazri_lib.campus.answer import Answer, Chart
from fazri_lib.campus.instants import aware
from fazri_lib.campus.words import counted
from fazri_lib.errors import NotEnoughDataError, UnknownNameError, nearest
from fazri_lib.resolution.explaining.words import bits, chance, field_name
from fazri_lib.resolution.folding.directories import directory_spec
from fazri_lib.workflows import study
from fazri_lib.workflows.explain import explain
from fazri_lib.workflows.record_files import RECORD_ID, SOURCE, by_contents, load_spec, read_records
from fazri_lib.workflows.resolve import Resolution, resolve
from fazri_lib.workflows.trained import trained_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.campus.view import View
    from fazri_lib.resolution.spec import Spec

_DOUBTFUL = 20
_REACHED, _SAYS = 0.005, 0.05
_SHOWN_PAIRS = ("one", "one_source", "other", "other_source", "weight", "probability", "is_joined")


@dataclass(frozen=True, slots=True)
class Records:
    """Records to train on.

    Attributes:
        frame: `record_id`, `source` and the spec's columns, in the order of contents.
        spec: what the columns are.
        keys: what a truth calls each record.
        published: entity of each record in the extract; None for files.
        as_of: moment from which they are looked at, UTC.
        time_zone: in which that is told.
    """

    frame: pd.DataFrame
    spec: Spec
    keys: pd.Series
    published: pd.Series | None
    as_of: dt.datetime
    time_zone: str


class Matcher:
    """A matcher trained on records. Get it by `campus.matcher()` or `fazri.matcher(files, spec)`.

    Its answers name records by labels or by the ids of files and hold nothing of what the records say.

    Args:
        records: what it is trained on.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._found: Resolution = resolve(records.frame, records.spec)

    def calibration(self) -> Answer:
        """Return what was learnt without labels: the prior, the pairs by match weight, how many are in doubt."""
        frame, model = study.histogram(self._found), self._found.model
        expected, doubt = frame["expected"].sum(), study.in_doubt(self._found)
        told = (
            f"{len(self._records.frame):,} records. Any two weigh {model.prior_weight:+.1f} bits before they are "
            f"compared; a record has {model.partners:.1f} others of the same person, as far as can be told. Of "
            f"{len(self._found.people.candidates.pairs):,} pairs compared {expected:,.0f} are expected to be of one "
            f"person; {doubt:,} are in doubt (within {study.NEAR:.0f} bits of 0). It took "
            f"{self._found.people.rounds} rounds."
        )
        chart = Chart("weight_histogram", frame)
        return self._answer("Calibration", told, frame, chart, rows=0)

    def weights(self) -> Answer:
        """Return what each degree of agreement in each field says, in bits."""
        frame = study.levels(self._found)
        reached = frame[((frame["m"] >= _REACHED) | (frame["bits"] < 0)) & (frame["bits"].abs() >= _SAYS)]
        ordered = frame.sort_values("bits", kind="stable")
        worst, best = ordered.iloc[0], ordered.iloc[-1]
        most, least = (
            f"{field_name(row['field'])}, {row['label']} ({bits(float(row['bits']))})" for row in (best, worst)
        )
        told = (
            f"Most speaks for one person: {most}; most against: {least}, in bits. What a rare value adds or a common "
            "one takes off comes on top."
        )
        chart = Chart("match_weights", reached.reset_index(drop=True))
        return self._answer("Match weights", told, frame, chart, rows=0)

    def blocking(self) -> Answer:
        """Return by which rules pairs were found, and which share of the pairs of one person that is, at most."""
        frame, recall = study.rules(self._found), self._found.people.recall
        is_whole = len(frame) == 1 and frame["rule"].iloc[0] == "every pair"
        told = (
            "Every pair was compared; blocking missed none."
            if is_whole
            else f"{counted(len(frame), 'rule')} found {len(self._found.people.candidates.pairs):,} pairs. At most "
            f"{chance(recall)} of the pairs of one person are among them, as far as the overlap of the rules tells."
        )
        chart = Chart("amounts", frame, label="rule", value="pairs", what="Pairs found")
        return self._answer("Blocking", told, frame, chart, rows=0)

    def sizes(self) -> Answer:
        """Return entities by their number of records."""
        frame = study.sizes(self._found)
        entities, alone = int(frame["entities"].sum()), int(frame.loc[frame["records"] == 1, "entities"].sum())
        ambiguous = int(self._found.clusters["ambiguous_with"].notna().sum())
        told = (
            f"{counted(entities, 'entity', 'entities')} of {len(self._records.frame):,} records; {alone:,} have one "
            f"record. {counted(ambiguous, 'record fits', 'records fit')} another entity as well as their own."
        )
        named = frame.assign(size=[counted(count, "record") for count in frame["records"]])
        chart = Chart("amounts", named, label="size", value="entities", what="Entities", is_sorted=False)
        return self._answer("Entities by size", told, frame, chart, rows=0)

    def doubtful(self, most: int = _DOUBTFUL) -> Answer:
        """Return the pairs that are as likely one person as two: where a further field would help most."""
        frame = study.doubtful(self._found, most)
        joined = int(frame["is_joined"].sum())
        told = (
            f"{study.in_doubt(self._found):,} pairs lie within {study.NEAR:.0f} bits of 0; of the {len(frame)} nearest "
            f"{joined} were joined all the same, because other records speak for them."
        )
        chart = Chart("shares", _named(frame), label="pair")
        return self._answer("Pairs in doubt", told, frame, chart, columns=_SHOWN_PAIRS)

    def why(self, one: str = "", other: str = "") -> Answer:
        """Return why two records are one person, or two, and what would join them; by default the pair most in doubt.

        Args:
            one: id of a record as the other answers show it, or source:id.
            other: id of another one.
        """
        if not one or not other:
            pairs = study.doubtful(self._found, 1)
            if pairs.empty:
                raise NotEnoughDataError("no pair is in doubt; expected two records to compare, got none; name two")
            first: Any = pairs.iloc[0]
            one, other = (f"{first[f'{end}_source']}:{first[end]}" for end in ("one", "other"))
        told = explain(self._found, self._records.spec, one, other)
        frame = told.why.frame()
        names = [told.name(record) for record in told.pair]
        return self._answer(f"Why {names[0]} and {names[1]}", told.summary, frame, Chart("waterfall", frame), rows=20)

    def against(self, truth: str) -> Answer:
        """Return precision and recall against a truth, beside those of what is published.

        Args:
            truth: .csv or .parquet file with `record_id` (or directory:key) and `entity_id`; empty for none.
        """
        if not truth:
            told = "No truth was given, so how good this is cannot be said; answers of reviewers can stand in for one."
            empty = pd.DataFrame(columns=["measure", "value", "baseline"])
            chart = Chart("amounts", empty, label="measure", value="value")
            return self._answer("Against the truth", told, empty, chart)
        known = study.read_truth(Path(truth))
        frame = study.measured(self._found, self._records.keys, known, self._records.published)
        value, base = (frame.set_index("measure")[name].to_dict() for name in ("value", "baseline"))
        told = f"B-cubed F1 {value['B-cubed F1']:.3f}, pairs F1 {value['pairs F1']:.3f}"
        if self._records.published is not None:
            told += f"; published are {base['B-cubed F1']:.3f} and {base['pairs F1']:.3f}"
        chart = Chart("amounts", frame, label="measure", value="value", what="Share", is_sorted=False)
        return self._answer("Against the truth", f"{told}.", frame, chart)

    def _answer(self, title: str, told: str, frame: pd.DataFrame, chart: Chart, **more: Any) -> Answer:
        return Answer(title, told, frame, self._records.as_of, self._records.time_zone, chart, **more)

    def __repr__(self) -> str:
        fields = ", ".join(self._records.spec.fields)
        return f"Matcher of {len(self._records.frame):,} records by {fields}"


def matcher(files: Sequence[str | Path], spec: str | Path) -> Matcher:
    """Return a matcher trained on files of person records.

    Args:
        files: .csv, .tsv or .parquet files, each one source.
        spec: TOML file that says what their columns are: docs/guides/resolve.md.

    Raises:
        ContractError, FileRefusedError: the spec or a file is wrong.
    """
    paths = [Path(name) for name in files]
    loaded = load_spec(Path(spec))
    frame = read_records(paths, loaded)
    ids = frame[RECORD_ID].astype(str)
    keys = ids if len(paths) == 1 else frame[SOURCE].astype(str) + ":" + ids
    newest = dt.datetime.fromtimestamp(max(path.stat().st_mtime for path in paths), tz=dt.UTC)
    return Matcher(Records(frame, loaded, keys, None, newest, "UTC"))


def of_campus(view: View, spec: str, without: str) -> Matcher:
    """Return a matcher trained on the rows of a campus's directories.

    Args:
        view: the view.
        spec: TOML file, empty for the spec of `fazri run`; its columns are those of the table `records`.
        without: fields of it to leave out, comma-separated.
    """
    table = on_record.table(view, "records").order_by("record_id")
    rows = on_record.labelled(view, view.read(table))
    texts = on_record.texts_of(rows)
    single = [name for name in _single(view) if name in set(rows["directory"])]
    chosen = load_spec(Path(spec)) if spec else directory_spec(texts).model_copy(
        update={"one_per_person": tuple(single)}
    )  # fmt: skip
    chosen = _without(chosen, without)
    missing = [name for name in chosen.columns() if name not in texts]
    if missing:
        raise UnknownNameError(
            f"no column {missing[0]}{nearest(missing[0], texts.columns)} in the directories; expected one of "
            f"{', '.join(texts.columns)}; correct the spec"
        )
    entity = on_record.likeliest(view, rows["record_id"].tolist()).set_index("record_id")["entity_id"]
    named = texts[list(chosen.columns())].assign(
        **{RECORD_ID: rows["label"], SOURCE: rows["directory"].astype(str)},
        key=rows["directory"].astype(str) + ":" + rows["record_key"].astype(str),
        published=rows["record_id"].map(entity),
    )
    ordered = by_contents(named, chosen)
    frame = ordered.drop(columns=["key", "published"])
    return Matcher(Records(frame, chosen, ordered["key"], ordered["published"], aware(view.as_of), view.time_zone))


def _single(view: View) -> tuple[str, ...]:
    """Directories in which nobody has two rows, as far as contracts promise it."""
    trained = trained_at(view.extract, view.as_of)
    one = trained.spec.one_per_person if trained else ()
    return one if isinstance(one, tuple) else ()


def _without(spec: Spec, fields: str) -> Spec:
    left_out = [name.strip() for name in fields.split(",") if name.strip()]
    for name in left_out:
        if name not in spec.fields:
            raise UnknownNameError(
                f"no field {name}{nearest(name, spec.fields)}; expected one of {', '.join(spec.fields)}"
            )
    kept = {name: field for name, field in spec.fields.items() if name not in left_out}
    return spec.model_copy(update={"fields": kept})


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Pairs with a name for the bars."""
    names = [f"{one} and {other}" for one, other in zip(frame["one"], frame["other"], strict=True)]
    return frame.assign(pair=names)
