"""The `fazri` command."""
