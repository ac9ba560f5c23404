"""Who may see what: scopes, pseudonyms and masking. Pure rules; deny by default."""

from fazri_lib.access.masking import mask, mask_table
from fazri_lib.access.pseudonyms import identifier_label, pseudonym, pseudonyms, record_label
from fazri_lib.access.roles import ROLES, scopes_of
from fazri_lib.access.scopes import DENY, Grant, Scope, reveal_for

__all__ = [
    "DENY",
    "ROLES",
    "Grant",
    "Scope",
    "identifier_label",
    "mask",
    "mask_table",
    "pseudonym",
    "pseudonyms",
    "record_label",
    "reveal_for",
    "scopes_of",
]
