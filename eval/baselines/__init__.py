"""What any recommender worth the name has to beat."""
