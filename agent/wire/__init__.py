"""Letter paper: the models that till and RCU exchange.  A leaf: pydantic only.

In and out: frozen, versioned models with integer minor units.  Never a rule,
never a default that hides a missing fact.
"""
