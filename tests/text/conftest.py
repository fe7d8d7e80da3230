from hypothesis import settings

# A busy machine is no failure: examples may take their time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
