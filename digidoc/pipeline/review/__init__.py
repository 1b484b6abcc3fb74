"""What a person decides about papers: which doubts are grave, and where a paper stands."""
