"""Where printed files are kept: a folder and a bucket behave alike, and no file is ever there half."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from agenda.printing.storages import Bucket, Folder


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    return Folder(location=tmp_path / "printed") if request.param == "folder" else Bucket("memory:///")


def test_a_file_is_read_as_it_was_kept(storage):
    assert storage.save("a.pdf", ContentFile(b"%PDF")) == "a.pdf"
    with storage.open("a.pdf") as file:
        assert file.read() == b"%PDF"
    assert (storage.exists("a.pdf"), storage.exists("b.pdf")) == (True, False)


def test_a_second_file_of_the_name_takes_the_place_of_the_first(storage):
    for data in (b"first", b"second"):
        assert storage.save("a.pdf", ContentFile(data)) == "a.pdf"
    assert storage.open("a.pdf").read() == b"second"
    assert storage.listdir("") == ([], ["a.pdf"])


def test_what_is_not_there_is_told_as_a_file_that_is_not_there(storage):
    with pytest.raises(FileNotFoundError):
        storage.open("none.pdf")
    storage.delete("none.pdf")


def test_what_is_taken_away_is_gone(storage):
    storage.save("a.pdf", ContentFile(b"%PDF"))
    storage.delete("a.pdf")
    assert not storage.exists("a.pdf")
    assert storage.listdir("") == ([], [])


def test_a_store_that_does_not_answer_is_told_without_its_address_and_keys():
    options = {"endpoint": "http://127.0.0.1:9", "access_key_id": "llave", "secret_access_key": "secreto"}
    storage = Bucket("s3://taller/impresos", region="us-east-1", **options)
    for act in (lambda: storage.open("a.pdf"), lambda: storage.save("a.pdf", ContentFile(b"x")),
                lambda: storage.exists("a.pdf"), lambda: storage.listdir("")):  # fmt: skip
        with pytest.raises(OSError, match="does not take it") as told:
            act()
        assert not {"127.0.0.1", "llave", "secreto"} & set(str(told.value).split())


def test_the_folder_is_the_one_of_the_settings(tmp_path):
    assert storages["printed"].path("a.pdf") == str(tmp_path / "printed" / "a.pdf")
