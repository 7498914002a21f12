"""A knowledge graph of Party-building (党建) initiatives from newspaper pages."""

__version__ = "0.1.0"
