"""Fazri, the open campus analytics workbench: who is this, where were they, what is unusual, what comes next, how sure."""
