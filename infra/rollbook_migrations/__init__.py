"""The database schema, as numbered raw-SQL migrations."""
