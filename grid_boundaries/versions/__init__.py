"""From one plan to the next: what changes, who is whose parent."""
