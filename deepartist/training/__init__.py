"""How texnet is made: pictures to learn from, the training, its judges, and the file of weights. Imports torch."""
