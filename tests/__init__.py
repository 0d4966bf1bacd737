"""Tests mirror the stations; journeys and the power-cut lab stand beside them."""
