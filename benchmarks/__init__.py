"""Speed of the weekly resident step, against Mesa objects and numpy on the same equations and the same residents."""
