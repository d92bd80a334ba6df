"""Meta-estimators: calibration, conformal prediction, ensembles."""
