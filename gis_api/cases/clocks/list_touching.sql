-- running clocks that may lean on days from a day on, once for each way of counting
SELECT DISTINCT rule, started_on, length, extension_days, paused
FROM case_clock
WHERE stopped_on IS NULL AND (due_on >= %(from_on)s OR provisional)
