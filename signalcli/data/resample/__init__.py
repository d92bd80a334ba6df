"""Turn bars into bars of a longer interval; an interval that is not finished is not seen."""
