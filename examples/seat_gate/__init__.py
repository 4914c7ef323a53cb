"""What the backends for media servers share: sign-in, room tokens, the gate and webhooks."""
