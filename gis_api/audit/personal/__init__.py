"""Personal data: why it may be looked at, how long it is kept, and what a person may ask for."""
