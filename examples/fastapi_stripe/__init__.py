"""A platform with FastAPI: both elements on one page, upgrades by card in Stripe's test mode."""
