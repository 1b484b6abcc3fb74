"""What is done with papers as a whole: moved, renamed, replaced, withdrawn, restored, split, merged, turned."""
