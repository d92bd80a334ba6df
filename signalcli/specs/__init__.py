"""What is wanted of each stage: frozen dataclasses that hold every default once. Standard library only."""
