"""PREDICTIONS and a trading rule → RETURNS and TRADES."""
