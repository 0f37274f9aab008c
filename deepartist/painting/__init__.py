"""The optimisation: canvas, resolution stages, optimisers; a generator of Steps."""
