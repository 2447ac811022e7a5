"""Risk of places and kinds of case: pure functions on arrays.

No database, no web, no settings, and no person: cells, counts, denominators and dates only.
Coordinates are metres in one local plane unless a name says lng, lat.  Every result carries the
method, its version, the shape of what went in and the seed, so that it can be made again.
"""
