"""Who and what belongs together: people, identifiers and zones as one table of relations; things as another."""

from fazri_lib.relations.relations import relations
from fazri_lib.relations.things import things

__all__ = ["relations", "things"]
