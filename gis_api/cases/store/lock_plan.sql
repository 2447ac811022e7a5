-- Shared with other intakes, exclusive to publishing: the plan read below holds until commit.
SELECT pg_advisory_xact_lock_shared(%(lock)s), now() AS at, today() AS today
