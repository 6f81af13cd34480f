"""What happens to data: one module a hop, and what hops share."""
