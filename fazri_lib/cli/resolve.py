"""`fazri resolve`: the people behind person records of any kind."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fazri_lib.cli.explanation import as_document, show
from fazri_lib.cli.options import AsJson
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import complain, say, say_json, say_table
from fazri_lib.cli.session import configure_log

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.workflows.explain import Explained
    from fazri_lib.workflows.resolve import Resolution

EXAMPLES = (
    "fazri resolve customers.csv --spec customers.toml --out clusters.csv",
    "fazri resolve staff.csv students.csv cards.csv --spec people.toml --out clusters.csv --model model.json",
    "fazri resolve staff.csv students.csv --spec people.toml --out clusters.csv --explain staff:17 students:4021",
)


def resolve(
    records: Annotated[
        list[Path],
        typer.Argument(metavar="RECORDS...", help="Files of records, .csv, .tsv or .parquet; each a source."),
    ],
    spec: Annotated[Path, typer.Option(metavar="SPEC.toml", help="What the columns are: docs/guides/resolve.md.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, ending in .csv or .parquet.")],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Also write the trained model, to look at: no command takes it back. It holds personal values.",
        ),
    ] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="ID ID",
            help="Also tell why two records are one person, or two: ids, or source:id.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find out which records are one person, without labels and without a campus.

    Writes record_id, cluster_id, the probability that the record belongs there, and in ambiguous_with the other cluster
    that fits it equally, if there is one; of several files also the source. With --explain tells the weight of two
    records field by field, and what holds them together or keeps them apart. The first table tells how many records of
    each file have something in each field.
    """
    from fazri_lib.workflows.resolve import resolve_files  # noqa: PLC0415 - heavy parts load with their command

    configure_log()
    with shown_progress() as progress:
        found = resolve_files(records, spec, out, model, progress)
    told = _told(found)
    covered, warnings = _covered(found, spec)
    for line in warnings:
        complain(f"fazri: warning: {line}")
    explained = _explained(found, spec, explain) if explain else None
    if as_json:
        more = {"coverage": covered.round(4).to_dict(), **({"warnings": warnings} if warnings else {})}
        say_json({"file": out, **told, **more, **({"explanation": as_document(explained)} if explained else {})})
        return
    names = (
        "records",
        "clusters",
        "records that stay alone",
        "ambiguous records",
        "pairs compared",
        "blocking recall, at most",
    )
    shares = [
        (field, *(f"{share:.0%}" for share in row))
        for field, row in zip(covered.index, covered.to_numpy(), strict=True)
    ]
    say_table(("filled", *covered.columns), shares)
    say()
    say_table(("", ""), list(zip(names, told.values(), strict=True)))
    say(f"{out}: {told['records']:,} records, {told['clusters']:,} clusters")
    if explained:
        show(explained)


def _explained(found: "Resolution", spec: Path, pair: tuple[str, str]) -> "Explained":
    from fazri_lib.workflows.explain import explain  # noqa: PLC0415 - as above
    from fazri_lib.workflows.record_files import load_spec  # noqa: PLC0415 - as above

    return explain(found, load_spec(spec), *pair)


def _covered(found: "Resolution", spec: Path) -> "tuple[pd.DataFrame, list[str]]":
    from fazri_lib.workflows.record_coverage import coverage, hardly_meeting  # noqa: PLC0415 - as above
    from fazri_lib.workflows.record_files import load_spec  # noqa: PLC0415 - as above

    covered = coverage(found.records, load_spec(spec))
    return covered, hardly_meeting(covered)


def _told(found: "Resolution") -> dict[str, object]:
    sizes = found.clusters["cluster_id"].value_counts()
    return {
        "records": len(found.clusters),
        "clusters": len(sizes),
        "alone": int((sizes == 1).sum()),
        "ambiguous": int(found.clusters["ambiguous_with"].notna().sum()),
        "pairs": len(found.people.candidates.pairs),
        "blocking_recall": round(found.people.recall, 4),
    }
