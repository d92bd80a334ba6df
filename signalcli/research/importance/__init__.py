"""How much models use each feature: out of sample, beside a floor that shuffled copies set."""
