"""What Bullseye can do, a folder each; topics never import each other and meet through tables."""
