"""The steps, each named after its revision."""
