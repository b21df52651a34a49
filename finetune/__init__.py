"""How the model learns to say it."""
