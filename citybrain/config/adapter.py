"""An adapter's configuration file."""

from pathlib import Path

from citybrain.config.fields import (
    Address,
    Id,
    MetricsConfig,
    PluginOptions,
    Section,
    TlsFiles,
)

NO_OPTIONS: dict[str, object] = {}


class AdapterConfig(Section):
    """An adapter of an installed package: a program that speaks for a foreign system."""

    principal: Id | None = None
    """Who it is in every history; left out: the adapter's own name. The district's `[[program]]`
    says in which role."""
    district: Address
    """The district's gRPC address: `grpc` under `listen` in its file."""
    data_dir: Path
    """A folder of its own: its health, and what it must know after a restart."""
    tls: TlsFiles | None = None
    """Certificates of the connection to the district; left out: no TLS."""
    metrics: MetricsConfig = MetricsConfig()
    """The adapter's Prometheus endpoint."""
    options: PluginOptions = NO_OPTIONS
    """What the adapter is told; its package says which keys there are."""
