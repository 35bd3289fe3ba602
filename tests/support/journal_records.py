"""Sealed records, checkpoints and cores for tests of whatever keeps a journal."""

from hashlib import sha256

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.code_identity import CodeIdentity
from citybrain.decider.cores import cores_of
from citybrain.formats import Format, FormatRegistry
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint
from citybrain.journal.port import CHECKPOINT_KIND, Batch

CODE = "test/1/a"


def sealed(
    head,
    *payloads,
    kind="batch_received",
    at=1,
    version=1,
    code=CODE,
    commands_digest="d",
):
    """One record for each payload, one after the other behind `head`."""
    records = []
    for payload in payloads:
        record = chain.seal(
            head,
            at=Timestamp(at),
            kind=kind,
            version=version,
            code=code,
            payload=payload,
            commands_digest=commands_digest,
        )
        records.append(record)
        head = record.head
    return tuple(records)


def checkpoint_behind(head, text, *, after=None, state_version=1, code=CODE):
    """A record that says that `text` is the state after record `after` (by default the head)."""
    checkpoint = Checkpoint(
        after=head.seq if after is None else after,
        state_version=state_version,
        state_hash=sha256(text).hexdigest(),
    )
    payload = canonical_json.encode(checkpoint)
    return sealed(head, payload, kind=CHECKPOINT_KIND, code=code)[0]


def keep_checkpoint(store, text, *, after=None, code=CODE):
    """Put a checkpoint with this text behind the store's head."""
    record = checkpoint_behind(store.head(), text, after=after, code=code)
    store.write_text(sha256(text).hexdigest(), (text,))
    store.commit(Batch(records=(record,)))
    return record


def cores_for(
    decide,
    initial,
    inputs,
    *,
    letters=(),
    fingerprint="a",
    tier="test",
    release="1",
    state=None,
):
    """Cores whose kinds are these `inputs` (types by kind, or formats) and `letters` (types)."""
    return cores_of(
        decide=decide,
        initial=initial,
        state=state or Format(type(initial)),
        inputs=FormatRegistry(
            {kind: one if isinstance(one, Format) else Format(one) for kind, one in inputs.items()}
        ),
        letters=FormatRegistry({one.__name__: Format(one) for one in letters}),
        identity=CodeIdentity(tier=tier, release=release, fingerprint=fingerprint),
    )
