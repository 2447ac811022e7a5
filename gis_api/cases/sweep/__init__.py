"""Cases that somebody must look at: found set by set."""
