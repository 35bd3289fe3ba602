"""Windows are kept up by pages and differences, as docs/protocols/changes.md says."""

from citybrain.api.client.windows import Windows
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.api.v1 import unit_pb2

VIEW = pb.View(name="units", collection="units", limit=4)


def row(key, name):
    return pb.Row(key=key, unit=unit_pb2.Unit(id=key, name=name))


def page(*rows):
    return pb.ViewChange(name="units", page=pb.Page(total=5, rows=[row(*one) for one in rows]))


def names(windows):
    return [(unit.id, unit.name) for unit in windows.values("units")]


def test_the_documents_example():
    windows = Windows({"units": VIEW})
    first = page(("A", "pier"), ("B", "bikes"), ("C", "lane"), ("D", "stall"))
    assert windows.take(pb.Changes(version="k3x9.1041", views=[first]))
    delta = pb.Delta(
        total=6,
        removed=["D"],
        placed=[pb.Placed(index=0, key="E"), pb.Placed(index=3, key="A")],
        rows=[row("E", "lift"), row("C", "lane, pump there")],
    )
    change = pb.ViewChange(name="units", delta=delta)
    assert windows.take(pb.Changes(version="k3x9.1044", views=[change]))
    assert names(windows) == [
        ("E", "lift"),
        ("B", "bikes"),
        ("C", "lane, pump there"),
        ("A", "pier"),
    ]


def test_it_comes_back_for_what_it_missed():
    windows = Windows({"units": VIEW})
    assert windows.request() == pb.WatchRequest(views=[VIEW])
    windows.take(pb.Changes(version="e.7", views=[page(("A", "pier"))]))
    assert not windows.take(pb.Changes(version="", views=[]))
    assert windows.request().since == "e.7"


def test_a_page_replaces_everything_and_what_is_gone_is_gone():
    windows = Windows({"units": VIEW, "one": pb.View(name="one", collection="units", key="A")})
    windows.take(pb.Changes(version="e.1", views=[page(("A", "pier"), ("B", "bikes"))]))
    windows.take(pb.Changes(version="f.1", views=[page(("C", "lane"))]))
    assert names(windows) == [("C", "lane")]
    found = pb.ViewChange(name="one", row=row("A", "pier"))
    windows.take(pb.Changes(version="f.2", views=[found]))
    assert [unit.id for unit in windows.values("one")] == ["A"]
    windows.take(pb.Changes(version="f.3", views=[pb.ViewChange(name="one", gone=True)]))
    assert windows.values("one") == []
