"""Results and sites elsewhere: buckets and web servers, and results that travel by them."""
