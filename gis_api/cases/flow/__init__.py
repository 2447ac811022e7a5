"""The SQL of a case on its way: its step, its overlays, procedures, clocks and papers."""
