"""What a customer reads on a page, in the languages beside French and English."""
