"""Who and what belongs together: people, identifiers and zones as one table of relations."""

from fazri_lib.relations.relations import relations

__all__ = ["relations"]
