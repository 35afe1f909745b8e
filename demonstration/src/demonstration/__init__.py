"""A simulated school and a local authority sandbox: outsiders that meet Rollbook over HTTP only."""
