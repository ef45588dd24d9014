"""The analytic copy: follows the projector, keeps rows and days, answers."""
