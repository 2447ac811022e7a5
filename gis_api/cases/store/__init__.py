"""The SQL of cases; every function takes a connection on which an actor is set."""
