"""The RCU, asked as a till and as a customer's browser would ask it."""
