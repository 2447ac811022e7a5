-- What was linked to this case is now linked to the one it joins.
UPDATE case_link SET main_case_id = %(main_case_id)s WHERE main_case_id = %(case_id)s
