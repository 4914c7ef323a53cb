"""What this machine can do: ours beside the bare limit and beside peers, in one run."""
