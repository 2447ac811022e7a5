"""What sheets count and list; rows are those that the actor of the transaction sees."""
