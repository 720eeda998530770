"""Run by Alembic; server/db/migrate.py hands it a connection with an open transaction."""

from alembic import context

from server.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
