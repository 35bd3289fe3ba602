"""The messages of the city as frozen values: what tiers say to each other. No behaviour, no protobuf (that is `citybrain.wire`)."""
