"""How far service points reach; rows are those that the actor sees."""
