"""Look-ahead audit: whether a row of any table depends on bars after its date."""
