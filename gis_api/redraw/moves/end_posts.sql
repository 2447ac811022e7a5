-- posts of cells that end, and who holds them, end on that day
WITH ended AS (
  UPDATE post SET valid = daterange(lower(valid), %(on)s::date)
  WHERE cell_id = ANY(%(cell_ids)s) AND valid @> %(on)s::date
    AND (lower(valid) IS NULL OR lower(valid) < %(on)s::date)
  RETURNING post_id
)
UPDATE post_holding h SET valid = daterange(lower(h.valid), %(on)s::date)
FROM ended WHERE h.post_id = ended.post_id AND h.valid @> %(on)s::date
  AND (lower(h.valid) IS NULL OR lower(h.valid) < %(on)s::date)
