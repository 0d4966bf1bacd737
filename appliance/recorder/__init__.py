"""Joins the stations: camera -> packets -> segments -> sealed segments -> disk, under button control."""
