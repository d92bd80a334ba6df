"""Dates of any layout as naive UTC: formats, epochs, month names, zones, clocks."""
