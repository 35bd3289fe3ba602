"""What a file is, is judged by its bytes; how it is called, cleaned."""

import pytest
from attached_pictures import GIF, HEIC, HTML, JPEG, PDF, PNG, WEBP

from district_node.attachments.limits import ATTACHMENT_NAME
from district_node.attachments.media_types import file_name, media_type_of


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        (PDF, "application/pdf"),
        (HTML, ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"MZ\x90\x00", ""),
        (b"PK\x03\x04", ""),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", ""),
        (b"\x00\x00\x00\x18ftypisom", ""),
        (b"\xff\xd8", ""),
        (b"", ""),
    ],
)
def test_a_type_is_known_by_the_first_bytes(head, media_type):
    assert media_type_of(head) == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("photo.JPG", "photo.jpg"),
        ("photo.jpeg", "photo.jpeg"),
        ("photo.png", "photo.jpg"),
        ("photo.exe", "photo.exe.jpg"),
        ("/home/li/photo.jpg", "photo.jpg"),
        ("..", "file.jpg"),
        (".jpg", "file.jpg"),
        ("a\x00b.jpg", "ab.jpg"),
        ("井盖 3 号.jpg", "井盖 3 号.jpg"),
    ],
)
def test_a_name_is_of_one_line_without_folders_with_the_ending_of_what_it_is(name, kept):
    assert file_name(name, "image/jpeg") == kept


def test_a_long_name_is_cut_before_its_ending():
    name = file_name("x" * 10_000 + ".pdf", "application/pdf")
    assert (len(name), name[-5:]) == (ATTACHMENT_NAME.value, "x.pdf")
