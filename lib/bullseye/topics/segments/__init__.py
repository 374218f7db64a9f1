"""Segments: RFM bands with names, and k-means clusters with profiles."""
