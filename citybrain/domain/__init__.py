"""Messages between tiers as frozen values. No behaviour, no protobuf (that is `citybrain.wire`)."""
