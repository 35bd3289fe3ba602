"""What the broker's machine takes from one address: rules for nftables, as a pure text.

mosquitto bounds what waits, and not what a client sends: one that prepares its packets keeps it
busy, and what all others say waits for its turns. A rate for each address bounds that.
"""

from citybrain.broker.limits import ADDRESS_BURST, ADDRESS_BYTES, ADDRESSES

TEMPLATE = """\
# Written by `citybrain broker config`. As root: nft -f THIS FILE. Loaded again, it takes the place
# of what it loaded before; it touches no other table, and what it does not name passes.
#   what was dropped:  nft list table inet citybrain_broker
#   without it:        nft delete table inet citybrain_broker
table inet citybrain_broker
delete table inet citybrain_broker
table inet citybrain_broker {{
  set senders {{
    type ipv4_addr; size {addresses}; flags dynamic,timeout; timeout 1m;
  }}
  set senders6 {{
    type ipv6_addr; size {addresses}; flags dynamic,timeout; timeout 1m;
  }}
  chain to_broker {{
    type filter hook input priority filter; policy accept;
    tcp dport != {port} accept
    # the district's node beside its broker
    iifname "lo" accept
    update @senders {{ ip saddr limit rate over {rate} }} counter drop
    # whoever has one address of IPv6 has a network of 64 bits
    update @senders6 {{ ip6 saddr & ffff:ffff:ffff:ffff:: limit rate over {rate} }} counter drop
  }}
}}
"""


def firewall_text(port: int) -> str:
    """The text of `firewall.nft`, for a broker that listens on `port`."""
    rate = f"{ADDRESS_BYTES.value} bytes/second burst {ADDRESS_BURST.value} bytes"
    return TEMPLATE.format(port=port, rate=rate, addresses=ADDRESSES.value)
