"""Resolution: directory records into entities, identifiers into weighted claims."""

from fazri_lib.resolution.alibis import Params, alibis
from fazri_lib.resolution.claims import claims
from fazri_lib.resolution.entities import Resolved, resolve
from fazri_lib.resolution.weighing import weighed

__all__ = ["Params", "Resolved", "alibis", "claims", "resolve", "weighed"]
