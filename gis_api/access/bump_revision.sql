UPDATE access_revision SET revision = revision + 1
