UPDATE claim SET standing = %(standing)s WHERE claim_id = %(claim_id)s
