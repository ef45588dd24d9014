"""How people stand: engagement, RFM, stage, wish for contact; by which rules."""
