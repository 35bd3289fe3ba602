"""Many seeds told, one replayed, a failing one made small: what stands around a story. Tells and judges nothing itself."""
