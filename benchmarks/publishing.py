"""What publishing costs: a site that has not changed, a first upload, and the same by ``aws s3 sync``.

    python benchmarks/publishing.py [--write] [--files 2000] [--unchanged 5000] [--runs 3] [--delay 20]

The server is moto's, in a process of its own, behind a relay that answers `delay` milliseconds late, as a data centre
in the same country would. awscli is installed into a temporary environment; where it cannot be, its rows are missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import numpy as np

MIN_SPEEDUP, MAX_RATIO_FIRST = 3.0, 1.25
MAX_LATER = 0.5
"""Seconds that a run with little to do may take longer than sync, which compares no content: our start is slower."""
COMMAND = [sys.executable, "-c", "from deepartist.cli import main; main()", "publish", "--yes", "--json"]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip


def main() -> int:
    """Measure, print the table; exit code 1 where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--unchanged", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3, help="of all but the first uploads")
    parser.add_argument("--delay", type=float, default=20.0, help="milliseconds")
    given = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    result: dict[str, Any] = {"files": given.files, "unchanged_files": given.unchanged, "delay_ms": given.delay}
    with tempfile.TemporaryDirectory() as folder, server() as direct, relay(direct, given.delay / 1000) as far:
        root = Path(folder)
        small, large = Project(root / "small", given.files), Project(root / "large", given.unchanged)
        result["one_worker"] = small.publish(far, "one", "--workers", "1")["seconds"]
        result["ours"] = {"first": small.publish(far, "ours")["seconds"]}
        result["ours"] |= changes(lambda: small.publish(far, "ours")["seconds"], small.site, given.runs)
        large.publish(direct, "large")
        unchanged = [large.publish(far, "large") for _ in range(given.runs)]
        assert unchanged[0]["uploaded"] == 0, unchanged
        result["unchanged"] = {
            "seconds": statistics.median(each["seconds"] for each in unchanged),
            "requests": unchanged[0]["requests"],
        }
        aws = awscli(root / "aws")
        if aws is not None:
            result["aws"] = {"first": sync(aws, small.site, far)}
            result["aws"] |= changes(lambda: sync(aws, small.site, far), small.site, given.runs)
    result["speedup"] = result["one_worker"] / result["ours"]["first"]
    result["machine"] = {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.system()}
    show(result)
    if given.write:
        path = Path(__file__).parent / "results" / "publishing.json"
        path.write_text(json.dumps(result, indent=1) + "\n")
    return int(not holds(result))


class Project:
    """A site of pages and pictures, half of each."""

    def __init__(self, root: Path, files: int) -> None:
        self.root, self.site = root, root / "site"
        rng = np.random.default_rng(0)
        for number in range(files):
            name = f"assets/{number}.webp" if number % 2 else f"page-{number}/index.html"
            path = self.site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rng.bytes(int(rng.integers(2_000, 30_000))))
        (self.site / "index.html").write_text("<h1>Paintings</h1>")
        (root / "docs").mkdir()

    def publish(self, endpoint: str, bucket: str, *flags: str) -> dict[str, Any]:
        """What the command says, with the seconds of the whole process."""
        target = {"url": f"s3://{bucket}", "endpoint_url": endpoint}
        plugins = [{"deepartist": {"publish": {"live": target}}}]
        (self.root / "mkdocs.yml").write_text(json.dumps({"site_name": "x", "plugins": plugins}))
        (self.site / "deepartist.json").write_text('{"figures": []}')
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
        begun = time.perf_counter()
        done = subprocess.run([*COMMAND, *flags], cwd=self.root, check=True, capture_output=True)
        return {**json.loads(done.stdout), "seconds": time.perf_counter() - begun}


def changes(run: Any, site: Path, runs: int) -> dict[str, float]:
    """Seconds of a run without a change, with one changed page, and after a new build of the same content."""
    found = {"unchanged": statistics.median(run() for _ in range(runs))}
    times = []
    for number in range(runs):
        time.sleep(1.1)  # sync compares whole seconds
        (site / "index.html").write_text(f"<h1>Paintings, {number}</h1>")
        times.append(run())
    found["one_file"] = statistics.median(times)
    time.sleep(1.1)
    for path in site.rglob("*.*"):
        os.utime(path)
    return {**found, "rebuilt": run()}


def awscli(folder: Path) -> Path | None:
    """The program ``aws``, installed into an environment of its own, or None where it cannot be."""
    try:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)
        pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "-q", "awscli"]
        subprocess.run(pip, check=True, capture_output=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"awscli cannot be installed, its rows are missing: {error}")
        return None
    return folder / "bin" / "aws"


def sync(aws: Path, site: Path, endpoint: str) -> float:
    """Seconds of one ``aws s3 sync``."""
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="aws")
    begun = time.perf_counter()
    line = [aws, "s3", "sync", site, "s3://aws", "--endpoint-url", endpoint, "--only-show-errors"]
    subprocess.run(line, check=True)
    return time.perf_counter() - begun


@contextmanager
def server() -> Iterator[str]:
    """moto in its own process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "moto.server", "-p", str(port)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(url).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def relay(endpoint: str, delay: float) -> Iterator[str]:
    """A way to the server on which every answer takes `delay` seconds longer."""
    there, loop, ready = urlsplit(endpoint), asyncio.new_event_loop(), threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        address = listening.getsockname()

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, pause: float) -> None:
            try:
                while data := await source.read(2**20):
                    await asyncio.sleep(pause)
                    sink.write(data)
                    await sink.drain()
            except ConnectionError:
                pass
            finally:
                sink.close()

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            back, forth = await asyncio.open_connection(there.hostname, there.port)
            await asyncio.gather(pump(reader, forth, 0), pump(back, writer, delay))

        async def serve() -> None:
            await asyncio.start_server(meet, sock=listening)
            ready.set()
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

        threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True).start()
        ready.wait()
        yield f"http://127.0.0.1:{address[1]}"
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        time.sleep(0.1)


def holds(result: dict[str, Any]) -> bool:
    """Whether all that is claimed is so."""
    ours, aws = result["ours"], result.get("aws")
    return result["speedup"] >= MIN_SPEEDUP and (
        aws is None
        or (
            ours["rebuilt"] < aws["rebuilt"]
            and ours["first"] <= aws["first"] * MAX_RATIO_FIRST
            and all(ours[each] <= aws[each] + MAX_LATER for each in ("unchanged", "one_file"))
        )
    )


def show(result: dict[str, Any]) -> None:
    ours, aws = result["ours"], result.get("aws", {})
    unchanged = result["unchanged"]
    print(f"{result['unchanged_files']} unchanged files: {unchanged['seconds']:.2f} s, {unchanged['requests']}")
    print(f"{result['files']} files, answers {result['delay_ms']:.0f} ms late")
    print(f"  one worker            {result['one_worker']:7.2f} s")
    words = {"first": "first upload", "unchanged": "no change", "one_file": "one page changed", "rebuilt": "built anew"}
    for name, word in words.items():
        other = f"   aws s3 sync {aws[name]:7.2f} s" if aws else ""
        print(f"  {word:20}  {ours[name]:7.2f} s{other}")
    print(f"  speed-up of 16 workers {result['speedup']:5.1f}    claimed: at least {MIN_SPEEDUP}")
    print(
        f"  claimed beside aws s3 sync: first upload at most {MAX_RATIO_FIRST} times as long, ahead after a new build,"
    )
    print(f"  else at most {MAX_LATER} s later")


if __name__ == "__main__":
    sys.exit(main())
