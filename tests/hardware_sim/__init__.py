"""The simulated shop, with third parties as referees where there are any."""
