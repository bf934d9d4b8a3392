"""Every catalogued kernel is what its formula says and answers as its entry says."""

import math
import subprocess
import sys

import cv2
import numpy as np
import pytest
from scipy import ndimage

from convcli.errors import OptionError, UnknownNameError
from convcli.kernels import FAMILIES, banks, build, build_bank, kernel, names, recipes
from convcli.kernels import kernels_from as read
from convcli.kernels.catalogue import bank_formulas, formulas
from convcli.kernels.catalogue.families import recipe

ROWS, COLUMNS = np.mgrid[0:31, 0:31].astype(float)
RISING_RIGHT, RISING_DOWN = COLUMNS, ROWS


def response(name, picture):
    """SciPy's correlation at the middle of a 31x31 picture."""
    return ndimage.correlate(picture, kernel(name).weights, mode="nearest")[15, 15]


def weights(name):
    return kernel(name).weights


def test_names_are_unique_and_told_without_numpy():
    """No name is given twice, and listing them loads no NumPy."""
    assert len(set(names())) == len(names()) == len(recipes()) + len(banks())
    code = "import sys, convcli.kernels as k; k.names(); k.recipes()[2].arguments; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("entry", [*recipes(), *banks()], ids=lambda entry: entry.name)
def test_entries_are_complete(entry):
    """Every entry says what a positive response means and where its numbers come from."""
    assert entry.about
    assert entry.source
    assert all(argument.about and argument.low < argument.high for argument in entry.arguments)
    assert all(a.default is None or a.low <= a.default <= a.high for a in entry.arguments)
    assert all(bool(a.auto) == (a.default is None) for a in entry.arguments)
    if entry.formula:
        module = formulas if entry in recipes() else bank_formulas
        assert callable(getattr(module, entry.formula))


@pytest.mark.parametrize("entry", recipes(), ids=lambda entry: entry.name)
def test_sums(entry):
    """Smoothing and sharpening keep a constant picture, detectors give 0."""
    kept = {recipe.name for recipe in FAMILIES["smoothing"]} | {"sharpen", "sharpen-8", "unsharp", "emboss"}
    if entry.name != "gabor":
        assert build(entry).weights.sum() == pytest.approx(1 if entry.name in kept else 0, abs=1e-14)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sobel-x", "-1 0 1; -2 0 2; -1 0 1"),
        ("sobel-y", "-1 -2 -1; 0 0 0; 1 2 1"),
        ("roberts-x", "1 0; 0 -1"),
        ("roberts-y", "0 1; -1 0"),
        ("difference-x", "-1 0 1"),
        ("difference-y", "-1; 0; 1"),
        ("laplacian", "0 1 0; 1 -4 1; 0 1 0"),
        ("laplacian-8", "1 1 1; 1 -8 1; 1 1 1"),
        ("sharpen", "0 -1 0; -1 5 -1; 0 -1 0"),
        ("sharpen-8", "-1 -1 -1; -1 9 -1; -1 -1 -1"),
        ("emboss", "-2 -1 0; -1 1 1; 0 1 2"),
        ("outline", "-1 -1 -1; -1 8 -1; -1 -1 -1"),
        ("point", "-1/8 -1/8 -1/8; -1/8 1 -1/8; -1/8 -1/8 -1/8"),
        ("line-h", "-1 -1 -1; 2 2 2; -1 -1 -1"),
        ("line-v", "-1 2 -1; -1 2 -1; -1 2 -1"),
        ("line-45", "-1 -1 2; -1 2 -1; 2 -1 -1"),
        ("line-135", "2 -1 -1; -1 2 -1; -1 -1 2"),
        ("identity", "0 0 0; 0 1 0; 0 0 0"),
        ("identity:size=2", "0 0; 0 1"),
        ("box:size=2", "1/4 1/4; 1/4 1/4"),
        ("binomial", "1/16 1/8 1/16; 1/8 1/4 1/8; 1/16 1/8 1/16"),
    ],
)
def test_numbers_as_published(name, expected):
    """Kernels of fixed numbers are exactly the published ones."""
    assert weights(name).tolist() == weights(expected).tolist()


@pytest.mark.parametrize(
    ("name", "order"),
    [("sobel", cv2.getDerivKernels(1, 0, 3)), ("scharr", cv2.getDerivKernels(1, 0, cv2.FILTER_SCHARR))],
)
def test_derivatives_agree_with_opencv(name, order):
    """Sobel and Scharr are OpenCV's, x and y."""
    along, across = (vector.ravel() for vector in order)
    assert weights(f"{name}-x").tolist() == np.outer(across, along).tolist()
    assert weights(f"{name}-y").tolist() == np.outer(along, across).tolist()


@pytest.mark.parametrize(("name", "gain"), [("difference", 2), ("sobel", 8), ("prewitt", 6), ("scharr", 32)])
def test_derivatives_measure_slopes(name, gain):
    """x answers to brightness rising to the right with its gain, and to nothing else; y downwards."""
    assert response(f"{name}-x", RISING_RIGHT) == gain
    assert response(f"{name}-x", RISING_DOWN) == 0
    assert response(f"{name}-y", RISING_DOWN) == gain
    assert response(f"{name}-y", RISING_RIGHT) == 0


@pytest.mark.parametrize("name", ["farid", "gaussian"])
def test_smooth_derivatives_measure_slopes_in_pixels(name):
    """Farid's and the Gaussian's derivative of a slope of 1 is about 1 in its own direction, 0 in the other."""
    assert response(f"{name}-x", RISING_RIGHT) == pytest.approx(1, rel=0.02)
    assert response(f"{name}-x", RISING_DOWN) == pytest.approx(0, abs=1e-12)
    assert response(f"{name}-y", RISING_DOWN) == pytest.approx(1, rel=0.02)


def test_farid_numbers():
    """Farid's kernel is the published pair of 5 taps: smooth down the columns, difference along the rows."""
    p = [0.0376593171958126, 0.249153396177344, 0.426374573253687, 0.249153396177344, 0.0376593171958126]
    d = [-0.109603762960254, -0.276690988455557, 0, 0.276690988455557, 0.109603762960254]
    assert weights("farid-x").tolist() == [[a * b for b in d] for a in p]
    assert sum(p) == pytest.approx(1, abs=2e-5)


def test_diagonal_differences():
    """roberts-x is positive where the upper left is brighter, roberts-y where the upper right is."""
    assert response("roberts-x", -RISING_RIGHT - RISING_DOWN) == 2
    assert response("roberts-y", RISING_RIGHT - RISING_DOWN) == 2
    assert response("roberts-x", RISING_RIGHT - RISING_DOWN) == 0


@pytest.mark.parametrize("size", [1, 5, 9, 41])
@pytest.mark.parametrize("sigma", [0.3, 1, 2.5])
def test_gaussian_agrees_with_opencv(size, sigma):
    """The Gaussian of a given odd size is OpenCV's (whose even ones are no samples of a Gaussian)."""
    column = cv2.getGaussianKernel(size, sigma)
    assert weights(f"gaussian:sigma={sigma},size={size}") == pytest.approx(column @ column.T, rel=1e-12, abs=1e-300)


def test_even_gaussians_are_sampled_between_pixels():
    """An even Gaussian is sampled at 1/2, 3/2 ... from its middle and sums to 1."""
    bell = [math.exp(-(x**2) / (2 * 1.5**2)) for x in (-1.5, -0.5, 0.5, 1.5)]
    expected = np.outer(bell, bell) / sum(bell) ** 2
    assert weights("gaussian:sigma=1.5,size=4") == pytest.approx(expected, rel=1e-14)


def test_gaussian_sizes_follow_sigma():
    """The automatic size reaches three sigma on both sides."""
    assert [weights(f"gaussian:sigma={sigma}").shape[0] for sigma in (0.3, 1, 1.1, 2, 166)] == [3, 7, 9, 13, 997]


def test_tiny_sigma_is_the_identity_and_no_division_by_zero():
    """A Gaussian far narrower than a pixel is the pixel itself; on an even size its four middle pixels."""
    assert weights("gaussian:sigma=0.01").tolist() == weights("identity").tolist()
    assert weights("gaussian:sigma=0.01,size=2").tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_gaussian_derivative_agrees_with_scipy():
    """gaussian-x and -y give what SciPy's gaussian_filter of order 1 gives."""
    picture = np.random.default_rng(1).normal(size=(20, 23))
    for name, order in (("x", (0, 1)), ("y", (1, 0))):
        expected = ndimage.gaussian_filter(picture, 1.5, order=order, mode="nearest", radius=5)
        found = ndimage.correlate(picture, weights(f"gaussian-{name}:sigma=1.5"), mode="nearest")
        assert found == pytest.approx(expected, abs=1e-12)


def test_binomial_is_pascals_row():
    """A binomial kernel is the box of two taps applied again and again."""
    row = np.array([1.0])
    for _ in range(4):
        row = np.convolve(row, [0.5, 0.5])
    assert weights("binomial:size=5").tolist() == np.outer(row, row).tolist()
    assert weights("binomial:size=1001").sum() == pytest.approx(1, rel=1e-12)


def test_log_is_the_laplacian_of_a_gaussian():
    """log approaches the differences of a finely sampled Gaussian, and sums to 0."""
    sigma, h = 2.0, 1e-3
    found = weights("log:sigma=2,size=17")

    def bell(x, y):
        return math.exp(-(x * x + y * y) / (2 * sigma**2)) / (2 * math.pi * sigma**2)

    for y, x in ((0, 0), (1, 2), (-3, 1), (4, 0)):
        second = (bell(x + h, y) + bell(x - h, y) + bell(x, y + h) + bell(x, y - h) - 4 * bell(x, y)) / h**2
        assert found[y + 8, x + 8] == pytest.approx(second, abs=2e-4)
    assert found.sum() == pytest.approx(0, abs=1e-15)
    assert found[8, 8] < 0


def test_dog_and_unsharp_are_differences_of_gaussians():
    """dog is one Gaussian less the other; unsharp is the picture plus its difference from a blur."""
    narrow, wide = weights("gaussian:sigma=1,size=11"), weights("gaussian:sigma=1.6,size=11")
    assert weights("dog") == pytest.approx(narrow - wide, abs=1e-16)
    blur, picture = weights("gaussian:sigma=1.6"), weights("identity:size=11")
    assert weights("unsharp:sigma=1.6,amount=2") == pytest.approx(picture + 2 * (picture - blur), abs=1e-15)


@pytest.mark.parametrize("radius", [0.1, 0.5, 0.7, 1, 2.2, 3, 10])
def test_disk_covers_pixels_by_area(radius):
    """Each weight is the share of the disk over that pixel, as counted on a fine grid."""
    found = weights(f"disk:radius={radius}")
    reach, n = found.shape[0] // 2, 200
    fine = (np.arange(found.shape[0] * n) + 0.5) / n - reach - 0.5
    inside = np.add.outer(fine**2, fine**2) <= radius**2
    shares = inside.reshape(found.shape[0], n, found.shape[1], n).mean(axis=(1, 3))
    assert found == pytest.approx(shares / (math.pi * radius**2), abs=2e-3 / radius)
    assert found.max() * math.pi * radius**2 <= 1 + 1e-12
    assert found[0].any()


def test_motion_along_the_axes_is_a_row_of_equal_weights():
    """9 pixels of 1/9, horizontal at 0 and 180 degrees, vertical at 90."""
    assert weights("motion").tolist() == [[1 / 9] * 9]
    assert weights("motion:angle=180").tolist() == [[1 / 9] * 9]
    assert weights("motion:angle=90").tolist() == [[1 / 9]] * 9
    assert weights("motion:length=2").tolist() == [[0.25, 0.5, 0.25]]


def test_motion_turns_counter_clockwise():
    """At 30 degrees the line's right end is above the middle; it is symmetric and its length is the given one."""
    found = weights("motion:length=21,angle=30")
    rows, columns = (np.arange(n) - n // 2 for n in found.shape)
    assert found.tolist() == found[::-1, ::-1].tolist()
    right = found[:, found.shape[1] // 2 + 1 :]
    assert (right * rows[:, None]).sum() < 0
    spread = (found * columns[None, :] ** 2).sum() + (found * rows[:, None] ** 2).sum()
    assert spread == pytest.approx(21**2 / 12 + 1 / 12, rel=0.01)
    slope = (found * np.multiply.outer(rows, columns)).sum() / (found * columns[None, :] ** 2).sum()
    assert -slope == pytest.approx(math.tan(math.radians(30)), rel=0.01)


@pytest.mark.parametrize(
    ("theta", "wavelength", "sigma", "gamma", "phase"), [(0, 8, 4, 0.5, 0), (30, 5, 2, 0.7, 40), (200, 9, 3, 1.5, 90)]
)
def test_gabor_agrees_with_opencv(theta, wavelength, sigma, gamma, phase):
    """Gabor is OpenCV's turned by 180 degrees, with theta counted the other way round."""
    text = f"gabor:theta={theta},wavelength={wavelength},sigma={sigma},gamma={gamma},phase={phase},size=21"
    radians = math.radians(-theta), math.radians(phase)
    expected = cv2.getGaborKernel((21, 21), sigma, radians[0], wavelength, gamma, radians[1])[::-1, ::-1]
    assert weights(text) == pytest.approx(expected, abs=1e-12)


def test_gabor_turns_counter_clockwise():
    """At 45 degrees the wave runs to the upper right: bars from the upper left to the lower right."""
    found = weights("gabor:theta=45,size=21")
    assert found[10 - 3, 10 + 3] < 0 < found[10 - 3, 10 - 3]


def test_lines_answer_to_their_own_direction():
    """Each line kernel answers most to the thin line it is named for; 45 degrees rises to the right."""
    eye = np.eye(31)
    pictures = {"line-h": ROWS == 15, "line-v": COLUMNS == 15, "line-45": eye[:, ::-1], "line-135": eye}
    for name in pictures:
        answers = {drawn: response(name, picture.astype(float)) for drawn, picture in pictures.items()}
        assert max(answers, key=answers.get) == name
        assert answers[name] == 6


def test_corners_answer_to_their_own_corner():
    """Each corner kernel peaks at the named corner of a bright rectangle, and ignores even brightness."""
    picture = np.zeros((31, 31))
    picture[8:20, 10:25] = 1
    places = {"corner-nw": (8, 10), "corner-ne": (8, 24), "corner-sw": (19, 10), "corner-se": (19, 24)}
    for name, place in places.items():
        found = ndimage.correlate(picture, weights(name), mode="nearest")
        assert np.unravel_index(found.argmax(), found.shape) == place
        assert (found == found.max()).sum() == 1
        assert found[12, 15] == 0


@pytest.mark.parametrize("name", ["laplacian", "laplacian-8", "log"])
def test_dark_spots(name):
    """The Laplacians are positive in a dark spot; the others of their kind in a bright one."""
    spot = np.exp(-((ROWS - 15) ** 2 + (COLUMNS - 15) ** 2) / 4)
    assert response(name, -spot) > 0
    for bright in ("dog", "outline", "point"):
        assert response(bright, spot) > 0


WAYS = {"n": (-1, 0), "ne": (-1, 1), "e": (0, 1), "se": (1, 1)}
WAYS |= {"s": (1, 0), "sw": (1, -1), "w": (0, -1), "nw": (-1, -1)}


@pytest.mark.parametrize("bank", ["sobel-compass", "prewitt-compass", "kirsch"])
def test_compass_banks_point_where_they_say(bank):
    """Of eight kernels the one named for a direction answers most where brightness rises that way."""
    kernels = read(f"bank:{bank}")
    assert [k.name for k in kernels] == [f"{bank}-{way}" for way in ("n", "nw", "w", "sw", "s", "se", "e", "ne")]
    for way, (down, right) in WAYS.items():
        slope = down * ROWS + right * COLUMNS
        answers = {k.name: ndimage.correlate(slope, k.weights)[15, 15] for k in kernels}
        assert max(answers, key=answers.get) == f"{bank}-{way}"


def test_compass_numbers():
    """The cardinal members are the plain kernels; Kirsch turns by 45 degrees as published."""
    compass = {k.name: k.weights for k in read("bank:sobel-compass")}
    assert compass["sobel-compass-e"].tolist() == weights("sobel-x").tolist()
    assert compass["sobel-compass-s"].tolist() == weights("sobel-y").tolist()
    kirsch = {k.name: k.weights.tolist() for k in read("bank:kirsch")}
    assert kirsch["kirsch-n"] == [[5, 5, 5], [-3, 0, -3], [-3, -3, -3]]
    assert kirsch["kirsch-nw"] == [[5, 5, -3], [5, 0, -3], [-3, -3, -3]]


def test_frei_chen_is_orthonormal():
    """The nine masks are a basis of unit vectors at right angles; all but the mean ignore brightness."""
    basis = np.array([k.weights.ravel() for k in read("bank:frei-chen")])
    assert basis @ basis.T == pytest.approx(np.eye(9), abs=1e-15)
    assert basis.sum(axis=1) == pytest.approx([0] * 8 + [3], abs=1e-15)
    assert read("bank:frei-chen")[0].weights[0, 1] == pytest.approx(0.5)


def test_laws_are_products():
    """The nine texture kernels are the products of E5, S5 and R5, each zero along both axes."""
    kernels = {k.name: k.weights for k in read("bank:laws")}
    assert len(kernels) == 9
    assert kernels["laws-e5s5"].tolist() == np.outer([-1, -2, 0, 2, 1], [-1, 0, 2, 0, -1]).tolist()
    assert all(not k.sum(axis=0).any() and not k.sum(axis=1).any() for k in kernels.values())


def test_gabor_bank_spreads_over_half_a_turn():
    """Directions k * 180 / n, and sigma half the wavelength unless given."""
    kernels = read("bank:gabor:orientations=3,wavelength=4")
    assert [k.name for k in kernels] == ["gabor-0", "gabor-60", "gabor-120"]
    assert kernels[1].weights.tolist() == weights("gabor:theta=60,wavelength=4,sigma=2").tolist()
    assert read("bank:gabor:sigma=1")[0].weights.tolist() == weights("gabor:sigma=1").tolist()


def test_basics_are_points_lines_and_edges():
    """One point, four lines, eight edges."""
    assert [k.name.split("-")[0] for k in read("bank:basics")] == ["point"] + ["line"] * 4 + ["sobel"] * 8
    assert [k.name for k in read("bank:sobel")] == ["sobel-x", "sobel-y"]
    assert len(read("bank:lines")) == len(read("bank:corners")) == 4


def test_random_kernels_are_seeded():
    """The same seed gives the same kernels; their spread is He's; channels give each its own weights."""
    first, again, other = (read(f"bank:random:count=400,size=5,seed={seed}") for seed in (1, 1, 2))
    assert all((a.weights == b.weights).all() for a, b in zip(first, again, strict=True))
    assert not (first[0].weights == other[0].weights).any()
    assert np.std([k.weights for k in first]) == pytest.approx(math.sqrt(2 / 25), rel=0.03)
    assert (first[0].name, first[-1].name) == ("random-000", "random-399")
    assert read("bank:random:count=2,channels=3,size=4")[1].weights.shape == (3, 4, 4)
    assert len(read("bank:random")) == 100


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("gaussian:sigm=2", UnknownNameError, "no argument of gaussian is called 'sigm'; did you mean sigma?"),
        ("gaussian:2", OptionError, "write NAME=VALUE, as in gaussian:sigma=3"),
        ("gaussian:sigma=0", OptionError, "sigma is a number from 0.01 to 166"),
        ("gaussian:sigma=nan", OptionError, "sigma is a number"),
        ("gaussian:sigma=1_0", OptionError, "sigma is a number"),
        ("gaussian:sigma=", OptionError, "sigma is a number"),
        ("gaussian:sigma=auto", OptionError, "sigma is a number"),
        ("box:size=2.5", OptionError, "size is a whole number from 1 to 1001"),
        ("box:size=1002", OptionError, "1002 is not allowed"),
        ("gaussian:size=0", OptionError, "or auto (2 × ceil(3 × sigma) + 1)"),
        ("gaussian:sigma=1,sigma=2", OptionError, "sigma is given twice"),
        ("sobel-x:size=5", OptionError, "sobel-x takes no arguments"),
        ("gabor:sigma=100,gamma=0.05", OptionError, "it would be 12001"),
        ("bank:kirsch:size=3", OptionError, "bank:kirsch takes no arguments"),
        ("bank:random:count=100000,size=7", OptionError, "at most 4,000,000"),
        ("bank:random:count=0", OptionError, "from 1 to"),
        ("bank:gabor:orientations=360,wavelength=80", OptionError, "at most 4,000,000"),
    ],
)
def test_arguments_are_checked(text, error, words):
    """An argument that does not exist, or whose value breaks its rule, is refused with the rule."""
    with pytest.raises(error) as refused:
        read(text)
    assert words in str(refused.value)
    assert refused.value.exit_code == 2


def test_auto_can_be_asked_for():
    """size=auto is the default written out."""
    assert weights("gaussian:sigma=2,size=auto").tolist() == weights("gaussian:sigma=2").tolist()


def test_builders_name_what_they_build():
    """The given arguments are part of the name, without blanks."""
    assert build(recipe("gaussian"), "sigma=2, size=9").name == "gaussian:sigma=2,size=9"
    assert len(build_bank(banks()[0])) == 2


# Sizes and sigmas by rows and columns.


def bell(sigma, size):
    """A sampled Gaussian of sum 1, by its formula."""
    values = [math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma**2)) for i in range(size)]
    return np.array(values) / sum(values)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("box:size=3x5", np.full((3, 5), 1 / 15)),
        ("box:size=2x1", [[1 / 2], [1 / 2]]),
        ("identity:size=3x4", [[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]),
        ("binomial:size=3x2", np.outer([1, 2, 1], [1, 1]) / 8),
        ("gaussian:sigma=2x0.5", np.outer(bell(2, 13), bell(0.5, 5))),
        ("gaussian:sigma=2X0.5,size=3x5", np.outer(bell(2, 3), bell(0.5, 5))),
        ("gaussian:size=4x2", np.outer(bell(1, 4), bell(1, 2))),
        ("gaussian-x:sigma=2x0.5", np.outer(bell(2, 13), bell(0.5, 5) * np.arange(-2, 3) / 0.25)),
        ("gaussian-y:sigma=2x0.5,size=5x3", np.outer(bell(2, 5) * np.arange(-2, 3) / 4, bell(0.5, 3))),
        ("dog:sigma1=1x2,sigma2=3x1,size=5x7",
         np.outer(bell(1, 5), bell(2, 7)) - np.outer(bell(3, 5), bell(1, 7))),
        ("unsharp:sigma=1x2,amount=2,size=3x5",
         3 * np.outer([0, 1, 0], [0, 0, 1, 0, 0]) - 2 * np.outer(bell(1, 3), bell(2, 5))),
    ],
)  # fmt: skip
def test_sizes_and_sigmas_differ_down_and_across(name, expected):
    """The first number is for rows (down), the second for columns (across); the formula by hand."""
    assert weights(name) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-15)
    assert kernel(name).name == name


def test_one_number_is_both():
    """3 is 3x3, bit for bit, in every entry that takes two."""
    tried = 0
    for entry in (*recipes(), *banks()):
        for argument in entry.arguments:
            if argument.both:
                prefix = "bank:" if entry in banks() else ""
                one, two = (read(f"{prefix}{entry.name}:{argument.name}={text}") for text in ("3", "3x3"))
                assert [k.weights.tobytes() for k in one] == [k.weights.tobytes() for k in two]
                tried += 1
    assert tried >= 15


def test_an_elongated_laplacian_of_gaussian_is_its_derivative():
    """Both second derivatives of the elongated bell, less the mean, against finite differences of a fine bell."""
    down, across, step = 1.5, 2.5, 1e-3

    def density(y, x):
        return np.exp(-(y**2) / (2 * down**2) - x**2 / (2 * across**2))

    y, x = np.mgrid[-5:6, -8:9].astype(float)
    second = (density(y + step, x) - 2 * density(y, x) + density(y - step, x)) / step**2
    second += (density(y, x + step) - 2 * density(y, x) + density(y, x - step)) / step**2
    second /= density(y, x).sum()
    assert weights("log:sigma=1.5x2.5,size=11x17") == pytest.approx(second - second.mean(), abs=1e-8)


def test_an_elongated_gaussian_agrees_with_scipy():
    """gaussian_filter with sigma (2, 0.7) on noise, truncated where ours is."""
    picture = np.random.default_rng(1).normal(size=(40, 50))
    truth = ndimage.gaussian_filter(picture, (2, 0.7), mode="mirror", radius=(6, 3))
    assert ndimage.correlate(picture, weights("gaussian:sigma=2x0.7"), mode="mirror") == pytest.approx(truth, abs=1e-12)


def test_a_random_bank_of_rectangles_has_hes_variance():
    """2 / (channels * rows * columns)."""
    found = np.stack([k.weights for k in read("bank:random:count=4000,size=2x5,channels=3")])
    assert found.shape == (4000, 3, 2, 5)
    assert found.var() == pytest.approx(2 / 30, rel=0.02)
    assert [k.weights.shape for k in read("bank:gabor:orientations=2,size=5x9")] == [(5, 9)] * 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gabor:sigma=2x3", "sigma is a number from 0.01 to 166; it is one number: gamma says how much"),
        ("bank:gabor:sigma=2x3", "it is one number: gamma says"),
        ("motion:length=2x3", "length is a number from 1 to 999; it is one number"),
        ("disk:radius=2x3", "it is one number"),
        ("box:size=3x5x7", "whole number from 1 to 1001, or two, as ROWSxCOLUMNS"),
        ("box:size=3x", "or two, as ROWSxCOLUMNS"),
        ("box:size=x5", "or two, as ROWSxCOLUMNS"),
        ("box:size=0x5", "from 1 to 1001"),
        ("box:size=5x1002", "from 1 to 1001"),
        ("box:size=3x2.5", "whole number"),
        ("box:size=3,5", "write NAME=VALUE"),
        ("gaussian:size=autox5", "or two, as ROWSxCOLUMNS, or auto"),
        ("gaussian:sigma=1x500", "from 0.01 to 166"),
        ("sobel-x:size=3x5", "takes no arguments"),
    ],
)
def test_what_has_no_two_numbers_says_so(name, words):
    """By the argument's own rule, and why where people may expect two."""
    with pytest.raises(OptionError) as refused:
        read(name)
    assert words in str(refused.value)
