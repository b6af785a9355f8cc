"""Batches on clusters: all that does not depend on the engine, such as Dask or Ray."""
