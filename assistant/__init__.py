"""Who is shopping, what they mean, what is said to them."""
