"""mkleak: leaks and their healthy look-alikes, one small function a kind, with exact counts of what was opened and given back."""
