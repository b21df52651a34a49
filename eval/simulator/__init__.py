"""Shoppers by rule, with something in mind that they never name, against any system that lists."""
