"""From waiting rows to the register: what is new, what is known, what a batch can take back."""
