"""How many cases there are, village by village, told so that no small number can be worked out."""
