"""Join other series to bars: each row gets what was released by its close."""
