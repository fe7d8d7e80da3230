"""The demonstration desk: its people, articles, sources and claims, loaded and removed again."""
