"""The graph on a local web server: SPARQL endpoint, linked data and pages for people."""
