"""Pictures from addresses, against a real server: what may be used, what is kept, and what is said of all failures."""

from __future__ import annotations

import hashlib
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import Server, picture

from deepartist.plan import plan
from deepartist.recipe import InputError, Inputs, read_recipe
from deepartist.sources import downloads
from deepartist.sources.addresses import LOCK, Addresses
from deepartist.sources.downloads import download, fetch, pinned


def failure(address: str, *hosts: str) -> str:
    with pytest.raises(InputError) as caught:
        download(address, hosts)
    return str(caught.value)


def addresses(root: Path, *hosts: str) -> Addresses:
    return Addresses(hosts, root / LOCK, root / "cache")


def test_a_pinned_picture_is_the_file(server: Server, tmp_path: Path) -> None:
    content = picture()
    url = server.put("/a.png?big=1", content)
    first = addresses(tmp_path, server.host)
    first.pin({url: pinned(url, first)})
    assert (tmp_path / LOCK).read_text().splitlines()[1:] == [
        f"{url}:", f"  sha256: {hashlib.sha256(content).hexdigest()}", "  width: 40", "  height: 20",
    ]  # fmt: skip
    image = addresses(tmp_path, server.host).image(url)
    assert (image.width, image.height) == (40, 20)
    assert image.path is not None
    assert image.path.suffix == ".png"
    assert image.path.read_bytes() == content
    # A recipe that names the address is the one that names the file.
    (tmp_path / "a.png").write_bytes(content)
    elsewhere = {"http": addresses(tmp_path, server.host).image}
    inputs = Inputs([tmp_path], root=tmp_path, elsewhere=elsewhere)
    assert plan(read_recipe(f"style: {url}", inputs), {}).key == plan(read_recipe("style: a.png", inputs), {}).key
    assert server.asked == ["/a.png?big=1"]


def test_fetching_needs_the_network_once(server: Server, tmp_path: Path) -> None:
    url = server.put("/a.png", picture())
    known = addresses(tmp_path, server.host)
    known.pin({url: pinned(url, known)})
    image = known.image(url)
    assert image.path is not None
    fetch(image, known.hosts)
    assert len(server.asked) == 1
    image.path.write_bytes(b"damaged")
    fetch(image, known.hosts)
    assert image.path.read_bytes() == picture()
    image.path.unlink()
    server.put("/a.png", picture("red"))
    with pytest.raises(InputError, match="is not the picture any more that was pinned: `deepartist pin --again`"):
        fetch(image, known.hosts)
    assert not image.path.exists()


def test_not_allowed_not_pinned_not_an_address(tmp_path: Path) -> None:
    known = addresses(tmp_path, "example.org", "localhost:8080", "s3://mine")
    for address, sentence in [
        ("https://example.com/a.png", '"https://example.com/a.png": the host is not allowed here; '
         "mkdocs.yml says which are, as in deepartist: {hosts: [example.com]}"),
        ("https://example.org.evil.com/a.png", "the host is not allowed here"),
        ("https://example.org:8443/a.png", "{hosts: [example.org:8443]}"),
        ("http://localhost/a.png", "{hosts: [localhost]}"),
        ("s3://other/a.png", "the bucket is not allowed here; mkdocs.yml says which are, as in "
         "deepartist: {hosts: [s3://other]}"),
        ("s3://example.org/a.png", "the bucket is not allowed"),
        ("https://user:secret@example.org/a.png", "an address with a name or password in it"),
        ("https://example.org@evil.com/a.png", "an address with a name or password in it"),
        ("https:/example.org/a.png", "is not an address of a picture"),
        ("https://example.org", "is not an address of a picture"),
        ("https://example.org:x/a.png", "is not an address of a picture"),
        ("https://[example/a.png", "is not an address of a picture"),
        ("https://example.org/a.png", '"https://example.org/a.png" is not pinned yet: `deepartist pin` downloads it'),
        ("https://EXAMPLE.org:443/a.png", "is not pinned yet"),
        ("http://localhost:8080/a.png", "is not pinned yet"),
        ("s3://mine/a.png", "is not pinned yet"),
    ]:  # fmt: skip
        with pytest.raises(InputError) as caught:
            known.image(address)
        assert sentence in str(caught.value), address
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["<<<<<<< ours\na: b", "- a", "a: {sha256: x, width: 1, height: 1}", "a: [", "\0"])
def test_a_damaged_file_of_pins(text: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(text)
    with pytest.raises(InputError, match=r"deepartist\.lock cannot be read.*: mend it, or delete it"):
        addresses(tmp_path, "example.org").image("https://example.org/a.png")


def test_redirects(server: Server) -> None:
    server.put("/a.png", picture())
    server.redirect("/near", "/a.png")
    assert download(server.redirect("/twice", server.url("/near")), [server.host]) == picture()
    other = f"http://localhost:{server.port}/a.png"
    assert f'leads elsewhere: "{other}": the host is not allowed' in failure(
        server.redirect("/far", other), server.host
    )
    assert download(server.url("/far"), [server.host, f"localhost:{server.port}"]) == picture()
    assert "is not an address" in failure(server.redirect("/file", "file:///etc/passwd"), server.host)
    assert "no web address" in failure(server.redirect("/s3", "s3://mine/a.png"), server.host, "s3://mine")
    assert "redirected more than 5 times" in failure(server.redirect("/round", "/round"), server.host)
    assert "/etc/passwd" not in server.asked


def test_no_redirect_into_a_private_network(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host is a public one by its name; the second is allowed, but lies in here."""
    found = socket.getaddrinfo

    def resolved(host: Any, port: Any, *more: Any, **words: Any) -> Any:
        if host == "localhost" and port is None:  # asked by us, not for a connection
            host = "93.184.215.14"
        return found(host, port, *more, **words)

    server.put("/a.png", picture())
    server.redirect("/in", server.url("/a.png"))
    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    public = f"localhost:{server.port}"
    message = failure(f"http://{public}/in", public, server.host)
    assert message.endswith(f"leads into a private network: {server.url('/a.png')} is not followed")
    assert server.asked == ["/in"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[fd00::1]", "0.0.0.0"]
)
def test_private(host: str) -> None:
    assert downloads.is_private(f"http://{host}/a.png")
    assert not downloads.is_private("http://93.184.215.14/a.png")


def test_failures(server: Server) -> None:
    assert failure(server.url("/none"), server.host).endswith("the server says 404 Not Found")
    assert failure(server.put("/teapot", b"", 599), server.host).endswith("the server says 599")
    assert failure(server.put("/busy", b"", 503), server.host).endswith("the server says 503 Service Unavailable")
    assert server.asked.count("/busy") == 4
    assert server.asked.count("/none") == 1
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = f"127.0.0.1:{free.getsockname()[1]}"
    assert failure(f"http://{gone}/a.png", gone).endswith("the host refuses the connection")
    name = "no-such-host.invalid"
    assert failure(f"http://{name}/a.png", name).endswith("there is no host of that name, or no network")
    cut = server.put("/cut", [b"half"], **{"Content-Length": "1000"})
    assert "cannot be downloaded" in failure(cut, server.host)
    tls = f"https://{server.host}/a.png"
    assert "cannot be downloaded" in failure(tls, server.host)


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.put("/a.png", picture())
    server.fail_first = 2
    assert download(server.url("/a.png"), [server.host]) == picture()
    assert len(server.asked) == 3


def test_slow(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "RETRIES", 0)
    monkeypatch.setattr(downloads, "SILENCE", 0.2)
    silent = server.put("/silent", [1.5, b"x"], **{"Content-Length": "1"})
    assert failure(silent, server.host).endswith("the server is silent for 0.2 seconds")
    monkeypatch.setattr(downloads, "SILENCE", 5)
    monkeypatch.setattr(downloads, "LONGEST", 0.2)
    drip = server.put("/drip", [part for _ in range(40) for part in (b"x" * 70_000, 0.05)])
    assert failure(drip, server.host).endswith("takes longer than 0.2 seconds to download")


def test_too_large(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 2**20)
    announced = server.put("/announced", b"", **{"Content-Length": "999999999"})
    assert failure(announced, server.host).endswith("is too large: at most 1 MiB")
    assert failure(server.put("/endless", [b"x" * 2**16] * 40), server.host).endswith("is too large: at most 1 MiB")


def test_not_a_picture(server: Server, tmp_path: Path) -> None:
    url = server.put("/page.png", b"<html>")
    known = addresses(tmp_path, server.host)
    with pytest.raises(InputError, match="is not a picture that can be read"):
        pinned(url, known)
    assert not list(known.folder.iterdir())


def test_a_folder_that_cannot_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        pinned(server.put("/a.png", picture()), addresses(tmp_path, server.host))


# -- s3 ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Any:
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with moto.mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="mine")
        client.put_object(Bucket="mine", Key="dir/a b.jpg", Body=picture(kind="JPEG"))
        yield client


def test_s3(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = addresses(tmp_path, "s3://mine", "s3://gone")
    url = "s3://mine/dir/a%20b.jpg"
    known.pin({url: pinned(url, known)})
    image = known.image(url)
    assert (image.width, image.height) == (40, 20)
    assert image.path is not None
    assert image.path.read_bytes() == picture(kind="JPEG")
    assert failure("s3://mine/b.jpg", *known.hosts).endswith("the bucket has no such file")
    assert failure("s3://gone/b.jpg", *known.hosts).endswith("there is no such bucket")
    assert "is not allowed" in failure("s3://other/b.jpg", *known.hosts)
    monkeypatch.setattr(downloads, "MOST_BYTES", 100)
    assert "is too large" in failure(url, *known.hosts)


def test_s3_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert failure("s3://mine/a.jpg", "s3://mine") == '"s3://mine/a.jpg" needs boto3: pip install "deepartist[s3]"'
