"""What makes and checks the tree; not part of the program."""
