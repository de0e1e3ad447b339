"""What is asked: scenarios, points, seeds."""
