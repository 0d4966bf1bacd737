"""Disk -> office: sealed footage, lanes and statements go home; receipts, orders and the office's lanes come back."""
