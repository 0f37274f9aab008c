"""``deepartist paint``."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeWorker, Run, picture, told

from deepartist.finishing import read_passport


def test_writes_the_picture_beside_the_recipe(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    result = run("paint", "first.yml")
    assert picture(here / "first.webp") == ("WEBP", (64, 64))
    assert result.stdout.startswith("first.webp  64×64, painted in 0 s on CPU (1 threads), key ")
    assert "this is a draft; --quality final paints it with all its steps" in result.stderr
    assert (here / ".cache" / "deepartist").is_dir()
    assert not worker.workers[0].alive


def test_never_paints_twice(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    run("paint", "first.yml")
    (here / "first.yml").write_text("# another remark\nsize: 6.4e1\nstyle: ./a.png", encoding="utf-8")
    assert "from the cache" in run("paint", "first.yml", "-o", "copy.png").stdout
    assert picture(here / "copy.png") == ("PNG", (64, 64))
    assert len(worker.painted) == 1
    run("paint", "first.yml", "--again")
    assert len(worker.painted) == 2
    assert worker.workers[-1].orders == [{"seconds": None, "again": True}]


def test_json(run: Run, worker: type[FakeWorker]) -> None:
    data = told(run("paint", "first.yml", "--json", "--quality", "final"))
    assert {**data, "key": "", "sha256": "", "seconds": 0} == {
        "state": "painted", "file": "first.webp", "key": "", "quality": "final", "width": 64, "height": 64,
        "sha256": "", "seconds": 0, "painted_seconds": 1.5, "device": "CPU (1 threads)",
    }  # fmt: skip
    assert len(data["key"]) == 64
    assert told(run("paint", "first.yml", "--json", "--quality", "final"))["state"] == "cached"


def test_options_change_the_recipe(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    options = ["--size", "48x32", "--seed", "9", "--pipeline", "squeezenet", "--steps", "3", "--device", "cpu"]
    run("paint", "first.yml", *options, "--minutes", "2", "-o", "out.png")
    (plan,) = worker.painted
    recipe = plan.resolved.recipe
    assert (plan.quality, plan.size, recipe.seed) == ("final", (48, 32), 9)
    assert recipe.pipeline is not None
    assert recipe.pipeline.name == "squeezenet"
    assert {stage.steps for stage in plan.resolved.stages} == {3}
    assert worker.workers[0].device_asked == "cpu"
    assert 110 < worker.workers[0].orders[0]["seconds"] <= 120
    assert picture(here / "out.png") == ("PNG", (48, 32))


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ("{from: 32, to: 512, count: 3}", [(32, 32), (64, 64), (128, 128)]),
        ("[64, 256]", [(32, 32), (128, 128)]),
        ("[{size: [64, 32]}, {size: [512, 256], steps: 3}]", [(16, 16), (128, 128)]),
    ],
)
def test_size_scales_the_stages(
    stages: str, expected: list[object], run: Run, here: Path, worker: type[FakeWorker]
) -> None:
    (here / "staged.yml").write_text(f"style: a.png\nstages: {stages}\n", encoding="utf-8")
    run("paint", "staged.yml", "--size", "128")
    assert [stage.size for stage in worker.painted[0].resolved.stages] == expected


def test_o_decides_the_format_without_painting_again(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "webp.yml").write_text("style: a.png\nsize: 64\noutput: {format: webp, quality: 50}", encoding="utf-8")
    run("paint", "webp.yml", "-o", "x.png")
    (plan,) = worker.painted
    assert plan.resolved.recipe.output.format == ("png",)
    assert plan.resolved.recipe.output.quality == 50


def test_stdin(run: Run, here: Path) -> None:
    run("paint", "-", "-o", "out.png", stdin="\ufeffstyle: a.png\r\nsize: 64\r\n")
    assert picture(here / "out.png") == ("PNG", (64, 64))
    run("paint", "-", stdin="style: a.png\nsize: 64")
    assert picture(here / "painting.webp") == ("WEBP", (64, 64))
    assert run("paint", "-", stdin="size: 7", code=2).stderr.startswith("<stdin>:1:1: a size of 7 pixels")


def test_paths_count_from_the_recipe(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    run("paint", "../first.yml")
    assert (here / "first.webp").exists()


def test_the_project_s_options_and_pages_count(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "mkdocs.yml").write_text(
        "docs_dir: pages\nplugins:\n  - deepartist: {quality: final, cache_dir: kept, render: never}\n",
        encoding="utf-8",
    )
    (here / "pages" / "images").mkdir(parents=True)
    (here / "a.png").rename(here / "pages" / "images" / "b.png")
    (here / "first.yml").write_text("style: images/b.png\nsize: 600\n", encoding="utf-8")
    run("paint", "first.yml")
    assert worker.painted[0].size == (600, 600)
    assert (here / "kept").is_dir()
    run("paint", "first.yml", "--quality", "draft", "--cache-dir", "other")
    assert worker.painted[1].size == (256, 256)
    assert (here / "other").is_dir()


def test_every_mistake_with_its_place(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "bad.yml").write_bytes(b"styl: a.png\r\nsize: 7\r\nview: wrapp\r\n")
    result = run("paint", "bad.yml", "--json", code=2)
    assert result.stderr == (
        'bad.yml:1:1: unknown word "styl" (did you mean "style"?)\n'
        "bad.yml:2:1: a size of 7 pixels is not possible: 16 to 16384\n"
        'bad.yml:3:1: there is no view "wrapp" (did you mean "wrap"?)\n'
    )
    assert told(result)["state"] == "wrong"
    assert len(told(result)["problems"]) == 3
    (here / "latin.yml").write_bytes("style: a.png\n# sch\u00f6n".encode("latin-1"))
    assert run("paint", "latin.yml", code=2).stderr.startswith("latin.yml:2:1: this is not UTF-8 text")
    assert not worker.painted


def test_the_sheet_of_a_survey_as_png(run: Run, here: Path) -> None:
    (here / "films.yml").write_text("style: a.png\nsize: 64\nsurvey: {seed: [1, 2]}\n", encoding="utf-8")
    data = told(run("paint", "films.yml", "-o", "sheet.png", "--json"))
    assert picture(here / "sheet.png")[0] == "PNG"
    assert data["sha256"] == hashlib.sha256((here / "sheet.png").read_bytes()).hexdigest()
    passport = read_passport(here / "sheet.png")
    assert passport is not None
    assert passport["recipe"]["survey"] == {"seed": [1, 2]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.yml"], "Path 'nothing.yml' does not exist"),
        (["first.yml", "--size", "7"], "a size of 7 pixels is not possible: 16 to 16384"),
        (["first.yml", "--size", "large"], "large is no size: write the long side in pixels, or WIDTHxHEIGHT"),
        (["first.yml", "--seed", "-1"], '"seed" is -1: it must be at least 0'),
        (["first.yml", "--pipeline", "vgg91"], 'there is no pipeline "vgg91" (did you mean "vgg19"?)'),
        (["first.yml", "-o", "x.jpg"], 'films also as .gif, .mp4 or .webm, not as ".jpg"'),
        (["first.yml", "-o", "no/x.png"], "the folder no does not exist"),
        (["first.yml", "-o", "a.png"], "a.png is a picture that the recipe uses: name another file with -o"),
        (["first.yml", "--weights", "vgg19"], "'vgg19' is not NAME=FILE, as in vgg19=vgg19.pth"),
        (["first.yml", "--weights", "vgg91=x"], 'there is no pipeline "vgg91" (did you mean "vgg19"?)'),
        (["first.yml", "--weights", "vgg19=x.pth"], "x.pth cannot be read: No such file or directory"),
        (["first.yml", "--device", "tpu"], "'tpu' is not one of"),
        (["first.yml", "--minutes", "0"], "0 is not in the range"),
    ],
)
def test_wrong_options(arguments: list[str], sentence: str, run: Run, worker: type[FakeWorker]) -> None:
    assert sentence in " ".join(run("paint", *arguments, code=2).stderr.split())
    assert not worker.painted


@pytest.mark.parametrize(
    ("film", "arguments", "sentence"),
    [
        ("survey: {seed: [1, 2]}", ["--seed", "3"], '--seed would change nothing: "seed" is in the survey of this'),
        ("survey: {pipeline: [texnet, vgg19], seed: [1, 2]}", ["--pipeline", "vgg16"], '"pipeline" is in the survey'),
        ("survey: {size: [32, 64]}", ["--size", "48"], '"size" is in the survey'),
        ("sweep: {stages.steps: [3, 9]}", ["--steps", "4"], '"stages.steps" is in the sweep'),
    ],
)
def test_an_option_that_the_frames_overrule(
    film: str, arguments: list[str], sentence: str, run: Run, here: Path, worker: type[FakeWorker]
) -> None:
    (here / "film.yml").write_text(f"style: a.png\n{film}\n", encoding="utf-8")
    assert sentence in " ".join(run("paint", "film.yml", *arguments, code=2).stderr.split())
    assert not worker.painted


def test_options_that_a_film_leaves_open(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "film.yml").write_text("style: a.png\nsize: 64\nsurvey: {seed: [1, 2]}\n", encoding="utf-8")
    result = run("paint", "film.yml", "--steps", "3", "--quality", "draft", "-o", "sheet.webp")
    assert picture(here / "sheet.webp") == ("WEBP", (128, 64))
    assert "this is a draft; --quality final paints it with all its steps" in result.stderr
    assert worker.painted[0].resolved.frames[1].resolved.recipe.seed == 2


def test_a_size_that_the_recipe_contradicts_is_placed_in_the_recipe(run: Run, here: Path) -> None:
    (here / "tile.yml").write_text("style: a.png\nview: wrap\n", encoding="utf-8")
    message = "tile.yml:1:1: with this view each side is a multiple of 16: 96×64 would do"
    assert run("paint", "tile.yml", "--size", "100x64", code=2).stderr.strip() == message


@pytest.mark.parametrize(
    ("ending", "code", "sentence"),
    [
        ("failed", 1, "first.yml: the reason"),
        ("stopped", 1, "first.yml: the reason"),
        ("dies", 1, "first.yml: the painting process was killed (SIGKILL): most likely out of memory"),
        ("ctrl-C", 130, "stopped: finished stages are kept, and the same command goes on from there"),
    ],
)
def test_failures(
    ending: str,
    code: int,
    sentence: str,
    run: Run,
    here: Path,
    worker: type[FakeWorker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "ending", ending)
    assert sentence in run("paint", "first.yml", code=code).stderr
    assert not Path("first.webp").exists()
    assert not worker.workers[0].alive


def test_failures_as_json(run: Run, worker: type[FakeWorker], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "ending", "failed")
    data = told(run("paint", "first.yml", "--json", code=1))
    assert (data["state"], data["message"]) == ("failed", "the reason")


def test_a_cache_that_cannot_be_written(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "file").write_text("")
    result = run("paint", "first.yml", "--cache-dir", "file/below", code=1)
    assert "first.yml: the cache folder " in result.stderr
    assert "cannot be written: Not a directory" in result.stderr
    assert not worker.painted


def test_a_picture_that_cannot_be_written(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    assert "first.webp cannot be written: No space left on device" in run("paint", "first.yml", code=1).stderr
    assert sorted(path.name for path in here.iterdir()) == [".cache", "a.png", "first.yml"]


def test_own_weights_change_the_key(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "own.pth").write_bytes(b"weights")
    run("paint", "first.yml", "--pipeline", "vgg19")
    run("paint", "first.yml", "--pipeline", "vgg19", "--weights", "vgg19=own.pth")
    assert len({plan.key for plan in worker.painted}) == 2
    assert worker.workers[1].weights == {"vgg19": (here / "own.pth", None)}


def test_what_is_cached_is_delivered_without_torch(run: Run, here: Path) -> None:
    run("paint", "first.yml")
    code = "import sys; from deepartist.cli import main; main(['paint', 'first.yml'], standalone_mode=False); "
    code += "sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=here)
