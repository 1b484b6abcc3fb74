"""What clerks have to look at, as a file that they can take to a computer without digidoc; and what comes back."""
