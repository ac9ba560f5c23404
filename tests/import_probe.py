"""A module that should never be imported because somebody asked for an address; see test_guard_traps."""
