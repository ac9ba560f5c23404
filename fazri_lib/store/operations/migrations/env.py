"""Alembic's entry: the steps run on the connection, and in the transaction, of `migrating.bring_up_to_date`."""

from alembic import context

from fazri_lib.store.operations.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
