"""Paper on screen: its window, its pages, the lists of what was kept, and the printing of a day."""
