"""What exports read: one statement a kind, masked where the asker may not see."""
