"""Resolution: directory records into entities, identifiers into weighted claims."""

from fazri_lib.resolution.alibis import SETTLE_S, Params, alibis
from fazri_lib.resolution.claims import claims
from fazri_lib.resolution.entities import Resolved, resolve
from fazri_lib.resolution.folding import Engine, Kept
from fazri_lib.resolution.weighing import changes, weighed

__all__ = ["SETTLE_S", "Engine", "Kept", "Params", "Resolved", "alibis", "changes", "claims", "resolve", "weighed"]
