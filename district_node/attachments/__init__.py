"""Files that people attach to cases: taken in, kept beside the journal, given out."""
