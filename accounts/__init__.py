"""Who gets in: people whom an organiser invited, by addresses that they have proven to read."""
