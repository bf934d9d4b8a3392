"""A network in the page, in a real browser: its numbers against `run` and other programs, and what its units see."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli import images
from convcli.core.forward.layer_rows import layers_of
from convcli.core.network.rows import LayerRow
from convcli.core.network.trained import TRAINED
from convcli.files.trained import read_trained
from convcli.report.explorer.assembling import PAGE
from tests.browser import Pages
from tests.command_line import convcli
from tests.core.forward.random_networks import random_text
from tests.report.explorer.networks import BRANCHES, outputs_of, told, walked, write_text_network

SAMPLES = TRAINED.find("digits").samples
ALL_UNITS = """([place, units]) => units.map((unit) => {
  const network = window.convcli.network();
  return { field: network.field(place, unit), sources: network.sources(place, unit) };
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("networks")
    assert convcli("explore", "-k", "sobel-x", "--network", "digits", "-o", "digits.html", cwd=place).code == 0
    np.save(place / "colour.npy", np.random.default_rng(5).integers(0, 256, (9, 11, 3), dtype=np.uint8))
    given = write_text_network(BRANCHES, place, "branches", 7)
    assert convcli("explore", "colour.npy", "-k", "box", *given, "-o", "branches.html", cwd=place).code == 0
    return place


@pytest.fixture(scope="module")
def opened(chromium: Any, folder: Path) -> Iterator[dict[str, Any]]:
    """Both pages, once for all tests; at the end none has made a request or an error."""
    pages = Pages(chromium, folder)
    yield {name: pages.open(folder / f"{name}.html", reduced_motion="reduce") for name in ("digits", "branches")}
    pages.close()
    pages.heard.nothing()


@pytest.fixture
def page(opened: dict[str, Any]) -> Any:
    """The page of digits as it was at first."""
    found = opened["digits"]
    found.get_by_role("checkbox", name="size and place").check()
    found.evaluate("window.convcli.set({ drawn: null, unit: null })")
    return found


def top_of_run(path: str | Path) -> list[dict[str, Any]]:
    """All ten classes as `run` has them, largest first."""
    done = convcli("run", "digits", path, "--softmax", "--top", "10", "--json", "-q")
    assert done.code == 0, done
    top: list[dict[str, Any]] = done.records[0]["top"]
    return top


def assert_verdict(page: Any, top: list[dict[str, Any]]) -> None:
    """The page's verdict is run's: classes in that order, probabilities within 1e-5."""
    found = page.evaluate("window.convcli.network().verdict")
    assert [one["label"] for one in found] == [one["label"] for one in top]
    assert [one["probability"] for one in found] == pytest.approx([one["probability"] for one in top], abs=1e-5)


def units_of(layer: dict[str, Any]) -> list[list[int]]:
    """A few units of each corner, edge and the inside: [channel, row, column]."""
    channels, height, width = layer["size"]
    rows, columns = sorted({0, 1, height // 2, height - 1} & set(range(height))), range(width)
    return [[(r * 7 + c * 3) % channels, r, c] for r in rows for c in columns]


def pixels_of(page: Any) -> NDArray[Any]:
    """What went into the network, as 8-bit pixels."""
    return np.array(page.evaluate("window.convcli.network().pixels"), np.uint8).reshape(8, 8)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_verdict_on_a_sample_is_that_of_run(page: Any, sample: str) -> None:
    """Chosen by its button, as a person does."""
    page.get_by_role("button", name=sample).click()
    assert_verdict(page, top_of_run(f"sample:{sample}"))
    assert page.locator(".verdict-bar.first .verdict-label").inner_text() == sample[-1]


def test_the_verdict_on_any_pixels_is_that_of_run(page: Any, tmp_path: Path) -> None:
    """Random 8x8 pictures, black and white ones among them."""
    numbers = np.random.default_rng(11)
    pictures = [numbers.integers(0, 256, (8, 8), dtype=np.uint8) for _ in range(5)]
    for place, pixels in enumerate([*pictures, np.zeros((8, 8), np.uint8), np.full((8, 8), 255, np.uint8)]):
        path = tmp_path / f"{place}.png"
        images.write(images.Picture(pixels), str(path))
        page.evaluate("(pixels) => window.convcli.set({ drawn: pixels })", pixels.reshape(-1).tolist())
        assert_verdict(page, top_of_run(path))


def test_what_is_drawn_with_the_mouse_goes_through_the_network(page: Any, tmp_path: Path) -> None:
    """A stroke down the middle of the sheet: half of two columns of pixels is ink; run says the same of them."""
    page.get_by_role("button", name="Clear").click()
    assert not pixels_of(page).any()
    page.get_by_role("checkbox", name="size and place").uncheck()
    draw(page, [(16, 4), (16, 28)])
    drawn = pixels_of(page)
    assert (drawn[2:6, 3:5] == 128).all()  # 8 of 16 little squares, 127.5 rounded to even
    assert not drawn[:, [0, 1, 2, 5, 6, 7]].any()
    images.write(images.Picture(drawn), str(tmp_path / "drawn.png"))
    assert_verdict(page, top_of_run(tmp_path / "drawn.png"))


def test_a_small_drawing_aside_is_made_as_large_as_the_training_pictures(page: Any) -> None:
    """In its corner it is nothing that the network knows; as high as the sheet and in its middle it is a one."""
    page.get_by_role("button", name="Clear").click()
    draw(page, [(25, 3), (25, 10)])
    placed = pixels_of(page)
    assert placed[0].any()
    assert placed[7].any()
    assert (placed[1:7] == placed[1:7, ::-1]).all()  # in the middle
    assert page.evaluate("window.convcli.network().verdict[0].label") == "1"
    page.get_by_role("checkbox", name="size and place").uncheck()
    assert not pixels_of(page)[4:].any()


STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(16, 5), (11, 8), (9, 16), (11, 25), (16, 27), (21, 24), (23, 16), (21, 8), (16, 5)]],
    "2": [[(9, 9), (13, 5), (19, 5), (23, 9), (22, 13), (8, 28), (25, 28)]],
    "4": [[(19, 28), (19, 4), (7, 20), (26, 20)]],
    "7": [[(8, 5), (24, 5), (13, 28)]],
}


@pytest.mark.parametrize("digit", STROKES)
def test_digits_drawn_by_hand_are_named(page: Any, digit: str) -> None:
    """Small and in a corner, as people draw; the network saw none of these strokes."""
    page.get_by_role("button", name="Clear").click()
    for stroke in STROKES[digit]:
        draw(page, [(1 + 0.6 * x, 2 + 0.6 * y) for x, y in stroke])
    assert page.evaluate("window.convcli.network().verdict[0].label") == digit


def draw(page: Any, points: list[tuple[float, float]]) -> None:
    """A stroke with the mouse, in little squares of the sheet."""
    box = page.locator("canvas.net-pad").bounding_box()
    places = [(box["x"] + x * box["width"] / 32, box["y"] + y * box["height"] / 32) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4 if len(points) == 2 else 1)
    page.mouse.up()


def test_keys_alone_draw_and_take_back(page: Any) -> None:
    """Space sets the pen down, arrows move it; Backspace takes the stroke back, Delete clears."""
    pad = page.locator("canvas.net-pad")
    pad.focus()
    page.keyboard.press("Delete")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    once = pixels_of(page)
    assert once.any()
    page.keyboard.press("Shift+ArrowRight")
    assert (pixels_of(page) != once).any()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("window.convcli.state().drawn") is not None
    page.keyboard.press("Backspace")
    assert not pixels_of(page).any()


def test_a_link_holds_the_drawing_and_the_unit(page: Any, pages: Pages, folder: Path) -> None:
    """Opened again, the page says the same of the same pixels, and has the same unit in hand."""
    page.get_by_role("button", name="digit-8").click()
    page.evaluate("window.convcli.set({ unit: [5, 7, 3, 0] })")
    again = pages.open(folder / "digits.html", fragment=hash_with(page, "u=5,7,3,0"))
    assert again.evaluate("window.convcli.network().unit") == {"place": 5, "unit": [7, 3, 0]}
    assert (pixels_of(again) == images.read("sample:digit-8").pixels.reshape(8, 8)).all()
    assert_verdict(again, top_of_run("sample:digit-8"))


def hash_with(page: Any, part: str) -> str:
    """The address's end, once it has come to hold that."""
    for _ in range(100):
        found: str = page.evaluate("location.hash")
        if part in found:
            return found
        page.wait_for_timeout(20)
    raise AssertionError(f"{part} is not in {found}")


@pytest.mark.parametrize(
    "wrong", ["{ drawn: [1, 2] }", "{ drawn: 'zz' }", "{ unit: [1, 2, 3] }", "{ unit: [0, -1, 0, 0] }"]
)
def test_nonsense_is_refused_with_a_sentence(page: Any, wrong: str) -> None:
    """And nothing changes."""
    before = page.evaluate("JSON.stringify(window.convcli.state())")
    said = page.evaluate(
        f"(() => {{ try {{ window.convcli.set({wrong}); }} catch (error) {{ return error.message; }} }})()"
    )
    assert "give" in said
    assert page.evaluate("JSON.stringify(window.convcli.state())") == before


def test_every_layers_numbers_are_those_that_run_writes(page: Any, tmp_path: Path) -> None:
    """`run --layer NAME -o NAME.npy`, in single precision."""
    layers = page.evaluate("window.convcli.network().layers")
    assert [layer["name"] for layer in layers][:3] == ["conv-1", "relu-1", "conv-2"]
    for place, layer in enumerate(layers):
        path = tmp_path / f"{layer['name']}.npy"
        done = convcli("run", "digits", f"sample:{SAMPLES[0]}", "--layer", layer["name"], "-o", path, "-q")
        assert done.code == 0, done
        found = np.array(page.evaluate("(place) => window.convcli.network().maps(place)", place))
        assert np.allclose(found, np.load(path).reshape(-1), rtol=1e-5, atol=1e-5), layer["name"]


def rows_of(name: str) -> tuple[LayerRow, ...]:
    graph = read_trained("digits").graph if name == "digits" else walked(BRANCHES, 7).graph
    return layers_of(graph).network.rows


@pytest.mark.parametrize("name", ["digits", "branches"])
def test_what_units_see_is_what_the_network_was_counted_to_see(opened: dict[str, Any], name: str) -> None:
    """Rows and columns of the input, of units at every border and inside, layer by layer."""
    page = opened[name]
    for place, (layer, row) in enumerate(
        zip(page.evaluate("window.convcli.network().layers"), rows_of(name), strict=True)
    ):
        units = units_of(layer)
        for unit, found in zip(units, page.evaluate(ALL_UNITS, [place, units]), strict=True):
            assert found["field"] == expected_field(row, place_of(layer, row, unit)), (layer["name"], unit)


def expected_field(row: LayerRow, at: Any) -> dict[str, Any]:
    spans = []
    for axis, reach in enumerate(row.reach):
        assert reach.spans is not None
        spans.append(list(reach.spans[min(at[axis], len(reach.spans) - 1)]))
    return {"rows": spans[0], "columns": spans[1]}


@pytest.mark.parametrize("name", ["digits", "branches"])
def test_what_units_read_leads_back_to_what_they_see(opened: dict[str, Any], name: str) -> None:
    """Followed down to the input, through flatten and fc: all maps together read as far as the field is wide."""
    page = opened[name]
    rows, layers = rows_of(name), page.evaluate("window.convcli.network().layers")
    for place, (layer, row) in enumerate(zip(layers, rows, strict=True)):
        for unit in units_of(layer)[:: max(1, len(units_of(layer)) // 4)]:
            ends = [[min(axis), max(axis)] for axis in zip(*traced(page, place, alike(layer, row, unit)), strict=True)]
            assert {"rows": ends[0], "columns": ends[1]} == expected_field(row, place_of(layer, row, unit)), layer[
                "name"
            ]


def place_of(layer: dict[str, Any], row: LayerRow, unit: list[int]) -> Any:
    """Row and column that a unit's field is counted by; of maps that were laid in a row too."""
    if layer["size"][1:] != [1, 1]:
        return unit[1:]
    return divmod(unit[0] % (row.grid[0] * row.grid[1]), row.grid[1])


def alike(layer: dict[str, Any], row: LayerRow, unit: list[int]) -> list[list[int]]:
    """The units of all maps at one place: of branches side by side, some see less than the others."""
    channels, *rest = layer["size"]
    step = row.grid[0] * row.grid[1] if rest == [1, 1] else 1
    return [[k, *unit[1:]] for k in range(unit[0] % step, channels, step)]


def traced(page: Any, place: int, units: list[list[int]]) -> set[tuple[int, int]]:
    """Rows and columns of the input that units come from."""
    return set(map(tuple, page.evaluate(
        """([place, units]) => {
          const network = window.convcli.network();
          const found = new Set(), done = new Set(), waiting = units.map((one) => [place, one]);
          while (waiting.length) {
            const [at, one] = waiting.pop();
            for (const { place: from, channels, rows, columns } of network.sources(at, one)) {
              for (const k of channels) for (const r of rows) for (const c of columns) {
                if (from < 0) found.add(`${r} ${c}`);
                else if (!done.has(`${from} ${k} ${r} ${c}`)) {
                  done.add(`${from} ${k} ${r} ${c}`);
                  waiting.push([from, [k, r, c]]);
                }
              }
            }
          }
          return [...found].map((text) => text.split(" ").map(Number));
        }""",
        [place, units],
    )))  # fmt: skip


@pytest.mark.parametrize("name", ["digits", "branches"])
def test_the_terms_of_a_unit_add_up_to_its_number(opened: dict[str, Any], name: str) -> None:
    """Of every conv and fc: a share of each map that comes in, and the bias."""
    page = opened[name]
    layers = page.evaluate("window.convcli.network().layers")
    summed = [place for place, layer in enumerate(layers) if layer["type"] in ("conv", "fc")]
    assert len(summed) > 2
    for place in summed:
        for unit in units_of(layers[place])[::5]:
            found = page.evaluate("([place, unit]) => window.convcli.network().sum(place, unit)", [place, unit])
            total = sum(term["value"] for term in found["terms"]) + (found["bias"] or 0)
            assert total == pytest.approx(found["value"], rel=1e-5, abs=1e-5)


def in_page(pages: Pages, given: list[dict[str, Any]]) -> list[list[list[float]]]:
    """Every layer's numbers of networks, by the page's own scripts alone."""
    parts = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in ("decoding.js", "network_arithmetic.js"))
    page = pages.open("<!DOCTYPE html><title>empty</title>", ready=False)
    answers: list[list[list[float]]] = page.evaluate(
        f"(given) => {{ {parts}\n return given.map((one) => {{ const network = decodedNetwork(one);"
        " return forwardPass(network, network.input.numbers).map((numbers) => Array.from(numbers)); }); }",
        json.loads(json.dumps(given)),
    )
    return answers


def test_networks_of_many_kinds_are_computed_as_run_computes_them(pages: Pages) -> None:
    """Random networks of the language: every layer that the page knows, windows of every form."""
    texts = [random_text(random.Random(seed), 2 + seed % 6) for seed in range(60)]
    given = {seed: told(text, seed) for seed, text in enumerate([*texts, BRANCHES])}
    known = [seed for seed, one in given.items() if one["recomputed"]]
    kinds = {layer["kind"] for seed in known for layer in given[seed]["layers"]}
    assert len(known) > 20
    assert kinds > {"conv", "pool", "global-pool", "batchnorm", "fc", "softmax", "add", "concat", "multiply", "flatten"}
    for seed, found in zip(known, in_page(pages, [given[seed] for seed in known]), strict=True):
        text = [*texts, BRANCHES][seed]
        for mine, run in zip(found, outputs_of(walked(text, seed)), strict=True):
            assert np.allclose(mine, run, rtol=1e-5, atol=2e-5), text


def test_a_file_with_branches_is_computed_as_onnxruntime_computes_it(pages: Pages, tmp_path: Path) -> None:
    """A residual, a squeeze-and-excite product, parts side by side; constants added and multiplied on the way."""
    models = pytest.importorskip("tests.core.forward.models")
    numbers = np.random.default_rng(3)
    weights: Mapping[str, NDArray[Any]] = {
        "w1": numbers.normal(0, 0.4, (4, 3, 3, 3)).astype(np.float32),
        "w2": numbers.normal(0, 0.4, (4, 4, 3, 3)).astype(np.float32),
        "w3": numbers.normal(0, 0.4, (5, 8)).astype(np.float32),
        "b3": numbers.normal(0, 0.4, 5).astype(np.float32),
        "scales": numbers.normal(1, 0.2, (4, 1, 1)).astype(np.float32),
        "half": np.array(0.5, np.float32),
    }
    nodes = [
        models.node("Mul", "x half", "h"),
        models.node("Conv", "h w1", "a", auto_pad="SAME_UPPER", strides=[2, 2]),
        models.node("Conv", "a w2", "b", pads=[1, 1, 1, 1]),
        models.node("Mul", "b scales", "s"),
        models.node("Add", "s a", "r"),
        models.node("GlobalAveragePool", "r", "g"),
        models.node("Sigmoid", "g", "e"),
        models.node("Mul", "r e", "m"),
        models.node("Concat", "m a", "c", axis=1),
        models.node("GlobalMaxPool", "c", "p"),
        models.node("Flatten", "p", "f"),
        models.node("Gemm", "f w3 b3", "y", transB=1, alpha=0.5, beta=2.0),
    ]
    names = ("h", "a", "b", "s", "r", "g", "e", "m", "c", "p", "f", "y")
    pixels = numbers.integers(0, 256, (8, 7, 3), dtype=np.uint8)
    (tmp_path / "net.onnx").write_bytes(models.model_of(nodes, (1, 3, 8, 7), weights).SerializeToString())
    images.write(images.Picture(pixels), str(tmp_path / "picture.png"))
    done = convcli("explore", "picture.png", "-k", "box", "--network", "net.onnx", "-o", "p.html", cwd=tmp_path)
    assert done.code == 0, done
    page = pages.open(tmp_path / "p.html")
    fed = np.moveaxis(pixels, -1, 0)[np.newaxis].astype(np.float32) * np.float32(1 / 255)
    theirs = models.by_onnxruntime(models.model_of(nodes, (1, 3, 8, 7), weights, names), {"x": fed})
    for place, tensor in enumerate(theirs):
        found = page.evaluate("(place) => window.convcli.network().maps(place)", place)
        assert np.allclose(found, tensor.reshape(-1), rtol=1e-5, atol=1e-5), names[place]
