SELECT officer_id FROM officer WHERE officer_id = ANY(%(officer_ids)s)
