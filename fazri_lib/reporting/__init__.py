"""Reports: notebooks run with checked parameters and turned into one self-contained HTML file."""

from fazri_lib.reporting.catalog import Parameter, Report, catalog, find
from fazri_lib.reporting.parameters import checked
from fazri_lib.reporting.runner import run_report

__all__ = ["Parameter", "Report", "catalog", "checked", "find", "run_report"]
