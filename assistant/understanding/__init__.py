"""What the words of a message say by rule: limits, counts, refusals, names, pointers."""
