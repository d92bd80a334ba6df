"""Services that are asked for bars by one function: Tiingo, exchanges of coins, and the user's own."""
