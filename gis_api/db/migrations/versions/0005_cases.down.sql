DROP TABLE notification, attachment, idempotency_key, case_history, case_party, case_text,
  case_joint, "case", post_ladder, routing_rule, case_kind;
DROP SEQUENCE case_number;
