"""Camera and microphone -> packets."""
