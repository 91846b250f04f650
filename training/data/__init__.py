"""Labelled photos: which of them may be trained on, their texts, and the crops cut from them."""
