"""How the model learns to say it: data from real histories, recipes, adapters, evaluation."""
