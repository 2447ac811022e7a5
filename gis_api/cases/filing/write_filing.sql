-- Everything that a filed case is, in one statement: either all of it is there or nothing.  One
-- parameter, so that the connection needs to plan it once.
WITH one AS MATERIALIZED (
  SELECT * FROM jsonb_to_record(%(filing)s::jsonb) AS f (
    code text, kind text, source text, urgent boolean, happened_on date, at timestamptz,
    actor_id bigint, place_kind text, wkb text, accuracy_m double precision, how text,
    grid_version_id bigint, cell_version_id bigint, cell_id bigint, scope_key text,
    access_key text, lead_post_id bigint, lead_officer_id bigint, queue_reason text,
    respondent_kind text, why jsonb, body text, parties jsonb, joint jsonb, grants jsonb,
    messages jsonb, audit jsonb, clocks jsonb, procedures jsonb, detail jsonb, before_id text, after_id text,
    first_hash text, event text, cell_code text, key text)
), filed AS (
  INSERT INTO "case" (
    code, kind, source, urgent, happened_on, registered_at, registered_by, place_kind, geom,
    accuracy_m, how, grid_version_id, cell_version_id, cell_id, scope_key, access_key,
    lead_post_id, lead_officer_id, queue_reason, respondent_kind, why)
  SELECT code, kind, source, urgent, happened_on, at, actor_id, place_kind,
         ST_GeomFromWKB(decode(wkb, 'hex'), 4490), accuracy_m, how, grid_version_id,
         cell_version_id, cell_id, scope_key, access_key, lead_post_id, lead_officer_id,
         queue_reason, respondent_kind, why
  FROM one
  RETURNING case_id
), told AS (
  INSERT INTO case_text (case_id, body, access_key)
  SELECT case_id, body, access_key FROM one, filed
), concerned AS (
  INSERT INTO case_party (case_id, side, name, phone, household_id, officer_id, cell_id, access_key)
  SELECT case_id, p.side, p.name, p.phone, p.household_id, p.officer_id, p.cell_id, access_key
  FROM one, filed, jsonb_to_recordset(one.parties) AS p (
    side text, name text, phone text, household_id bigint, officer_id bigint, cell_id bigint)
), shared AS (
  INSERT INTO case_joint (case_id, cell_id, post_id, officer_id, access_key)
  SELECT case_id, j.cell_id, j.post_id, j.officer_id, access_key
  FROM one, filed, jsonb_to_recordset(one.joint) AS j (
    cell_id bigint, post_id bigint, officer_id bigint)
), granted AS (
  INSERT INTO case_grant (case_id, officer_id, reason)
  SELECT case_id, g.officer_id, g.reason
  FROM one, filed, jsonb_to_recordset(one.grants) AS g (officer_id bigint, reason text)
), chained AS (
  -- the hash of the first link, over the text whose only gap is the id given above
  INSERT INTO case_history (case_id, seq, at, actor_id, act, detail, previous_hash, hash,
                            access_key)
  SELECT case_id, 1, at, actor_id, 'registered', detail, decode(first_hash, 'hex'),
         sha256(decode(first_hash, 'hex')
                || convert_to(before_id || case_id || after_id, 'UTF8')), access_key
  FROM one, filed
), proceeding AS (
  INSERT INTO case_procedure (case_id, procedure, stage, begun_on, stage_on)
  SELECT case_id, p.procedure, p.stage, p.on_day, p.on_day
  FROM one, filed, jsonb_to_recordset(one.procedures) AS p (
    procedure text, stage text, on_day date)
), ticking AS (
  INSERT INTO case_clock (case_id, rule, started_on, length, due_on, warn_on, provisional)
  SELECT case_id, k.rule, k.started_on, k.length, k.due_on, k.warn_on, k.provisional
  FROM one, filed, jsonb_to_recordset(one.clocks) AS k (
    rule text, started_on date, length integer, due_on date, warn_on date, provisional boolean)
), sent AS (
  INSERT INTO notification (officer_id, case_id, kind)
  SELECT m.officer_id, case_id, m.kind
  FROM one, filed, jsonb_to_recordset(one.messages) AS m (officer_id bigint, kind text)
), said AS (
  INSERT INTO event_outbox (kind, cell_code, code, access_key)
  SELECT event, cell_code, code, access_key FROM one
), on_record AS (
  INSERT INTO audit (actor_id, act, object_kind, object_id, row_count, purpose, detail)
  SELECT a.actor_id, a.act, a.object_kind, a.object_id, a.row_count, a.purpose, a.detail
  FROM one, jsonb_to_recordset(one.audit) AS a (
    actor_id bigint, act text, object_kind text, object_id text, row_count integer, purpose text,
    detail jsonb)
), settled AS (
  UPDATE idempotency_key k SET case_id = filed.case_id
  FROM one, filed WHERE k.actor_id = one.actor_id AND k.key = one.key
)
SELECT case_id FROM filed
