"""Figures as PNG or SVG."""
