SELECT ref FROM case_source_ref WHERE source = %(source)s AND ref = ANY (%(refs)s)
