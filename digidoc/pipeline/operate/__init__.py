"""What is done with papers as a whole: moved, renamed, withdrawn, restored, replaced, split, merged, turned."""
