"""Two independent readings of one manual must agree."""
