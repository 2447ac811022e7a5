CREATE TEMPORARY TABLE demo_case (
  case_id bigint, code text, kind text, source text, urgent boolean, happened_on date,
  registered_at timestamptz, closed_on date, place_kind text, geom geometry(Point, 4490),
  accuracy_m double precision, lead_cell_id bigint, household_id bigint, respondent_kind text, body text
) ON COMMIT DROP
