"""Anonymised copies of a campus: what is learnt of many people, and people, days and files drawn from it."""
