"""What can be bought, by whom it was bought, and how it is found."""
