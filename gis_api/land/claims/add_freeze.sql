INSERT INTO claim_freeze (claim_id, organ_kind, organ, document_number, reason, frozen_on,
  review_on, entered_by)
VALUES (%(claim_id)s, %(organ_kind)s, %(organ)s, %(document_number)s, %(reason)s, %(frozen_on)s,
  %(review_on)s, %(entered_by)s)
ON CONFLICT (claim_id) WHERE lifted_on IS NULL DO NOTHING
RETURNING claim_freeze_id
