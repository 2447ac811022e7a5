"""Long work: a queue in the database, a worker beside the service, progress and cancel."""
