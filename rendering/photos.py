"""The eight sample photos as data: car, plate, camera, light and surroundings of each."""

from dataclasses import dataclass, field

Rgb = tuple[float, float, float]
"""A colour: linear RGB, 0 to 1."""


@dataclass(frozen=True)
class Car:
    """The car."""

    colour: Rgb
    """Colour of the paint."""
    flake: float = 0.0
    """0 (solid paint) to 1 (metallic)."""
    dust: float = 0.25
    """0 (clean) to 1."""
    shape: str = "hatchback"
    """`hatchback`, `saloon` or `suv`."""
    plate_v: float = 0.775
    """Height label of the centre of the plate, see `surface.py`."""
    chrome: bool = False
    """Whether the bar above the plate is chrome, not body colour."""
    lit: bool = False
    """Whether the tail lamps are on."""
    letters: tuple[str, str] = ("", "")
    """Letters at the left and the right of the lid."""


@dataclass(frozen=True)
class Plate:
    """A plate. By default it follows India's Central Motor Vehicles Rules, with bolder letters."""

    text: str
    """The registration, without spaces."""
    size_mm: tuple[float, float] = (500.0, 120.0)
    """Width and height of the sheet."""
    letter_mm: float = 70.0
    """Height of the letters."""
    text_span_mm: tuple[float, float] = (54.0, 476.0)
    """Begin and end of the text on the sheet."""
    band: bool = True
    """Whether there is a chakra with IND at the left end."""
    frame_inset_mm: float | None = None
    """Distance of a black frame from the edge of the sheet; `None` means no frame."""
    roll_deg: float = 0.0
    """Rotation in the plane of the plate."""


def framed(text: str, roll_deg: float) -> Plate:
    """Returns a plate with a black frame close around the letters, and white outside the frame.

    The bars of the frame are dark between light, as the letters are. So the blackhat operation
    keeps them as if they were text, and they end up in the crop.
    """
    return Plate(text, (460.0, 118.0), 68.0, (29.0, 431.0), False, 9.0, roll_deg)


@dataclass(frozen=True)
class View:
    """The camera. Lengths are in metres."""

    distance: float = 3.2
    """Distance from the plate."""
    yaw_deg: float = 0.0
    """Angle to the right of the car's axis."""
    height: float = 1.35
    """Height above the ground."""
    width: float = 1.7
    """Width of the picture at the distance of the plate."""
    aim: tuple[float, float] = (0.0, 0.05)
    """Position of the centre of the picture relative to the plate: right, up."""
    roll_deg: float = 0.0
    """Tilt of a hand-held camera."""
    f_stop: float = 2.8
    """Aperture."""


@dataclass(frozen=True)
class Light:
    """The light, and how the camera renders it."""

    sun_height_deg: float = 40.0
    """Elevation of the sun."""
    sun_side_deg: float = 50.0
    """Direction of the sun: 0 is behind the camera, 90 to its right."""
    overcast: bool = False
    """Whether there is no sun disc, and the light is soft."""
    exposure: float = 0.0
    """Exposure compensation, in stops."""
    warmth: float = 0.0
    """Error of the white balance: -1 (blue) to 1 (yellow)."""


@dataclass(frozen=True)
class SamplePhoto:
    """One sample photo."""

    seed: int
    car: Car
    plate: Plate
    view: View = field(default_factory=View)
    light: Light = field(default_factory=Light)
    backdrop: str = "wall"
    """`wall`, `hedge`, `street` or `lot`."""
    canopy: bool = False
    """Whether there is a tree above the car."""
    noise: float = 0.006
    """Standard deviation of the sensor noise in the mid-tones, 0 to 1."""
    quality: int = 88
    """Quality of the JPEG."""


PHOTOS = {
    "group1/001": SamplePhoto(
        11,
        Car((0.40, 0.42, 0.44), flake=1.0, chrome=True),
        Plate("KA53HJ4187"),
        View(yaw_deg=10.0, aim=(0.10, 0.00), height=1.10, width=1.55, roll_deg=1.6),
        Light(38.0, 60.0),
        "wall",
        canopy=True,
    ),
    "group1/002": SamplePhoto(
        12,
        Car((0.006, 0.018, 0.075), flake=0.4, shape="saloon", letters=("", "1.5 VX")),
        Plate("WB26AY9324", letter_mm=73.0, text_span_mm=(60.0, 470.0)),
        View(yaw_deg=12.0, aim=(0.14, 0.04), height=1.20, width=1.55, distance=3.6, roll_deg=-3.9),
        Light(30.0, 75.0),
        "street",
    ),
    "group1/003": SamplePhoto(
        13,
        Car((0.26, 0.005, 0.008), flake=0.25, letters=("LXE", "")),
        Plate("MH20EE7601", roll_deg=0.8),
        View(yaw_deg=5.0, aim=(0.04, -0.06), height=1.1, width=1.5, roll_deg=1.2),
        Light(45.0, -35.0),
        "hedge",
    ),
    "group1/004": SamplePhoto(
        14,
        Car((0.70, 0.70, 0.69), shape="suv", dust=0.45, letters=("4x2", "TDX")),
        Plate("KL38BK2653", text_span_mm=(60.0, 470.0)),
        View(yaw_deg=9.0, aim=(0.16, 0.02), height=1.3, width=1.55, distance=3.4, roll_deg=1.9),
        Light(50.0, 20.0, overcast=True, exposure=0.3, warmth=0.5),
        "lot",
    ),
    "group1/005": SamplePhoto(
        15,
        Car((0.010, 0.010, 0.011), dust=0.35, lit=True, chrome=True),
        Plate("GJ18RX7748"),
        View(yaw_deg=4.0, aim=(-0.08, 0.05), height=1.15, width=1.55, f_stop=2.0, roll_deg=1.7),
        Light(3.5, 100.0, exposure=1.6, warmth=0.3),
        "street",
        noise=0.010,
    ),
    "group2/001": SamplePhoto(
        21,
        Car((0.60, 0.53, 0.40), flake=0.2, shape="suv", letters=("", "1.2 T")),
        framed("RJ27BT6281", 0.8),
        View(yaw_deg=5.0, aim=(0.05, 0.03), height=1.25, width=1.5, roll_deg=1.2),
        Light(45.0, 30.0, overcast=True, exposure=0.3, warmth=0.3),
        "wall",
    ),
    "group2/002": SamplePhoto(
        22,
        Car((0.70, 0.70, 0.69), shape="saloon", letters=("GLS", "")),
        framed("UP32HT5529", 0.8),
        View(yaw_deg=6.0, aim=(0.06, 0.02), height=1.15, width=1.5, roll_deg=1.1),
        Light(48.0, 40.0, overcast=True, exposure=0.3, warmth=0.4),
        "hedge",
    ),
    "group2/003": SamplePhoto(
        23,
        Car((0.46, 0.50, 0.54), flake=0.7, dust=0.3, letters=("", "SX")),
        framed("HR51BD3346", 0.7),
        View(yaw_deg=4.0, aim=(-0.05, 0.03), height=1.15, width=1.5, roll_deg=1.3),
        Light(40.0, 20.0, overcast=True, exposure=0.3, warmth=0.1),
        "lot",
    ),
}
