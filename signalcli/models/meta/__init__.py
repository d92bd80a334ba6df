"""Meta-estimators: calibrated, conformal and ensemble models around other models."""
