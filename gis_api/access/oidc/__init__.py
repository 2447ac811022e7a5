"""Sign-in with an account of the customer's own directory (OpenID Connect); off by default."""
