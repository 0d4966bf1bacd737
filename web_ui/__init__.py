"""The pages: what a phone, a family screen and the desk see; imports appliance, never the reverse."""
