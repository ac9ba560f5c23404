"""Raw files become canonical rows: source contracts, reading, proof of time formats, faults; and the simulator."""

from fazri_lib.sources.contract import (
    Contract,
    contract_for,
    contracts_of,
    directories_of_several,
    directories_promised,
    lists_of_one_holder,
    load_contract,
    radio_sources,
    traits,
)
from fazri_lib.sources.reference import Reference, read_reference

__all__ = [
    "Contract",
    "Reference",
    "contract_for",
    "contracts_of",
    "directories_of_several",
    "directories_promised",
    "lists_of_one_holder",
    "load_contract",
    "radio_sources",
    "read_reference",
    "traits",
]
