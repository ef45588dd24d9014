"""Journeys, ROPO, attribution, online influence and experiments, as they are asked."""
