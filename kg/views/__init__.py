"""Graph → networks and pages: what people look at."""
