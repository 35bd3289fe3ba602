"""Scene packs that come with the product, one folder each; see docs/guides/pack.md."""
