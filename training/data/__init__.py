"""Real plates and scenes: which photographs, what they say, what was cut from them."""
