"""The eight photos: what stands where, who holds the camera, what the weather does."""

from dataclasses import dataclass, field

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Car:
    """The car.

    Attributes:
        colour: of the paint, linear RGB.
        flake: 0 solid to 1 metallic.
        dust: 0 clean to 1.
        shape: `hatchback`, `saloon` or `suv`.
        plate_v: height label of the plate's middle.
        chrome: the bar over the plate is chrome, else in body colour.
        lit: tail lamps on.
        letters: left and right on the lid.
    """

    colour: Rgb
    flake: float = 0.0
    dust: float = 0.25
    shape: str = "hatchback"
    plate_v: float = 0.775
    chrome: bool = False
    lit: bool = False
    letters: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Plate:
    """A plate; the defaults are those of the Central Motor Vehicles Rules, in bolder letters.

    Attributes:
        text: the registration, without spaces.
        size_mm: width and height of the sheet.
        letter_mm: height of the letters.
        text_span_mm: where the text begins and ends on the sheet.
        band: chakra and IND at the left end.
        frame_inset_mm: how far inside the sheet's edge a black frame runs; None: no frame.
        roll_deg: turn in the plate's own plane.
    """

    text: str
    size_mm: tuple[float, float] = (500.0, 120.0)
    letter_mm: float = 70.0
    text_span_mm: tuple[float, float] = (54.0, 476.0)
    band: bool = True
    frame_inset_mm: float | None = None
    roll_deg: float = 0.0


def framed(text: str, roll_deg: float) -> Plate:
    """A plate whose black frame runs close around the letters, with white outside it.

    The bars are dark between light, as the letters are, so the blackhat step takes them for
    part of the text and they end up in the crop.
    """
    return Plate(text, (460.0, 118.0), 68.0, (29.0, 431.0), False, 9.0, roll_deg)


@dataclass(frozen=True)
class View:
    """The camera.

    Attributes:
        distance: from the plate, in metres.
        yaw_deg: to the right of the car's axis.
        height: above the ground, in metres.
        width: what the frame shows at the plate, in metres.
        aim: where the middle of the frame lies from the plate (right, up), in metres.
        roll_deg: tilt of a hand-held camera.
        f_stop: aperture.
    """

    distance: float = 3.2
    yaw_deg: float = 0.0
    height: float = 1.35
    width: float = 1.7
    aim: tuple[float, float] = (0.0, 0.05)
    roll_deg: float = 0.0
    f_stop: float = 2.8


@dataclass(frozen=True)
class Light:
    """The sky.

    Attributes:
        sun_height_deg: elevation of the sun.
        sun_side_deg: 0 behind the camera, 90 from the right.
        overcast: no sun disc; soft light.
        exposure: stops.
        warmth: white balance the camera missed, -1 blue to 1 yellow.
    """

    sun_height_deg: float = 40.0
    sun_side_deg: float = 50.0
    overcast: bool = False
    exposure: float = 0.0
    warmth: float = 0.0


@dataclass(frozen=True)
class Photo:
    """One sample photo; `backdrop`: `wall`, `hedge`, `street` or `lot`; canopy: a tree overhead."""

    seed: int
    car: Car
    plate: Plate
    view: View = field(default_factory=View)
    light: Light = field(default_factory=Light)
    backdrop: str = "wall"
    canopy: bool = False
    noise: float = 0.006
    quality: int = 88


PHOTOS = {
    "group1/001": Photo(
        11,
        Car((0.40, 0.42, 0.44), flake=1.0, chrome=True),
        Plate("KA53HJ4187"),
        View(yaw_deg=10.0, aim=(0.10, 0.00), height=1.10, width=1.55, roll_deg=1.6),
        Light(38.0, 60.0),
        "wall",
        canopy=True,
    ),
    "group1/002": Photo(
        12,
        Car((0.006, 0.018, 0.075), flake=0.4, shape="saloon", letters=("", "1.5 VX")),
        Plate("WB26AY9324", letter_mm=73.0, text_span_mm=(60.0, 470.0)),
        View(yaw_deg=12.0, aim=(0.14, 0.04), height=1.20, width=1.55, distance=3.6, roll_deg=-3.9),
        Light(30.0, 75.0),
        "street",
    ),
    "group1/003": Photo(
        13,
        Car((0.26, 0.005, 0.008), flake=0.25, letters=("LXE", "")),
        Plate("MH20EE7601", roll_deg=0.8),
        View(yaw_deg=5.0, aim=(0.04, -0.06), height=1.1, width=1.5, roll_deg=1.2),
        Light(45.0, -35.0),
        "hedge",
    ),
    "group1/004": Photo(
        14,
        Car((0.70, 0.70, 0.69), shape="suv", dust=0.45, letters=("4x2", "TDX")),
        Plate("KL38BK2653", text_span_mm=(60.0, 470.0)),
        View(yaw_deg=9.0, aim=(0.16, 0.02), height=1.3, width=1.55, distance=3.4, roll_deg=1.9),
        Light(50.0, 20.0, overcast=True, exposure=0.3, warmth=0.5),
        "lot",
    ),
    "group1/005": Photo(
        15,
        Car((0.010, 0.010, 0.011), dust=0.35, lit=True, chrome=True),
        Plate("GJ18RX7748"),
        View(yaw_deg=4.0, aim=(-0.08, 0.05), height=1.15, width=1.55, f_stop=2.0, roll_deg=1.7),
        Light(3.5, 100.0, exposure=1.6, warmth=0.3),
        "street",
        noise=0.010,
    ),
    "group2/001": Photo(
        21,
        Car((0.60, 0.53, 0.40), flake=0.2, shape="suv", letters=("", "1.2 T")),
        framed("RJ27BT6281", 0.8),
        View(yaw_deg=5.0, aim=(0.05, 0.03), height=1.25, width=1.5, roll_deg=1.2),
        Light(45.0, 30.0, overcast=True, exposure=0.3, warmth=0.3),
        "wall",
    ),
    "group2/002": Photo(
        22,
        Car((0.70, 0.70, 0.69), shape="saloon", letters=("GLS", "")),
        framed("UP32HT5529", 0.8),
        View(yaw_deg=6.0, aim=(0.06, 0.02), height=1.15, width=1.5, roll_deg=1.1),
        Light(48.0, 40.0, overcast=True, exposure=0.3, warmth=0.4),
        "hedge",
    ),
    "group2/003": Photo(
        23,
        Car((0.46, 0.50, 0.54), flake=0.7, dust=0.3, letters=("", "SX")),
        framed("HR51BD3346", 0.7),
        View(yaw_deg=4.0, aim=(-0.05, 0.03), height=1.15, width=1.5, roll_deg=1.3),
        Light(40.0, 20.0, overcast=True, exposure=0.3, warmth=0.1),
        "lot",
    ),
}
