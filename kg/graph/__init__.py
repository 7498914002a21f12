"""Facts to RDF: the vocabulary, the mapping, the store, the questions and their answers."""
