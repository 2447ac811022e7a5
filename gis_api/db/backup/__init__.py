"""What a backup must prove to have kept: rows, schema objects, rights and roles."""
