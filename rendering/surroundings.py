"""The surroundings of the car: sky, ground, backdrop, and the houses that the paint reflects."""

from typing import Any

import bpy
import numpy as np

from rendering import materials as mat
from rendering.photos import Light
from rendering.shapes import box, leaves

SKY_STRENGTH = 0.16  # makes exposure 0 correct for a scene in daylight


def build_sky(light: Light) -> None:
    """Lights the scene by a physical sky."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    sky = tree.nodes.new("ShaderNodeTexSky")
    sky.sky_type = "NISHITA"
    sky.sun_disc = not light.overcast
    sky.sun_elevation = np.deg2rad(light.sun_height_deg)
    sky.sun_rotation = np.deg2rad(180.0 - light.sun_side_deg)
    sky.sun_size = np.deg2rad(1.2)  # a hazy sun: wider than the real disc, softer shadows
    sky.sun_intensity = 0.5
    sky.dust_density = 2.0
    clouded = _clouds(tree, sky.outputs[0], 1.0 if light.overcast else 0.0)
    background = tree.nodes["Background"]
    background.inputs["Strength"].default_value = SKY_STRENGTH
    tree.links.new(clouded, background.inputs["Color"])


CLOUD_RGBA = (7.0, 7.1, 7.3, 1.0)  # radiance; that of the blue sky is about 2


def _clouds(tree: Any, clear: Any, cover: float) -> Any:
    """Blends clouds into the sky; `cover` is 0 (scattered clouds) to 1 (overcast)."""
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 2.6
    noise.inputs["Detail"].default_value = 9.0
    noise.inputs["Roughness"].default_value = 0.62
    position = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(position.outputs["Generated"], noise.inputs["Vector"])
    amount = tree.nodes.new("ShaderNodeMapRange")
    amount.inputs["From Min"].default_value = 0.50 - 0.35 * cover
    amount.inputs["From Max"].default_value = 0.72 - 0.10 * cover
    tree.links.new(noise.outputs["Fac"], amount.inputs["Value"])
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    tree.links.new(amount.outputs[0], mix.inputs[0])
    tree.links.new(clear, mix.inputs[6])
    mix.inputs[7].default_value = CLOUD_RGBA
    return mix.outputs[2]


def build_surroundings(backdrop: str, canopy: bool, seed: int) -> None:
    """Adds ground, backdrop, the town behind the camera and, with `canopy`, a tree overhead."""
    rng = np.random.default_rng(seed)
    _ground(rng)
    {"wall": _wall, "hedge": _hedge, "street": _street, "lot": _lot}[backdrop](rng)
    _town(rng)
    if canopy:
        _foliage(rng, (-3.5, -3.5, 4.0), (1.0, 1.5, 6.5), 2600)
        _foliage(rng, (1.5, -5.0, 4.5), (4.5, 0.5, 7.0), 1800)


OTHER_CARS = {  # x, y and colour of further cars, all seen from behind
    "street": (
        (2.9, 4.6, (0.25, 0.25, 0.26)),
        (-2.7, 7.5, (0.30, 0.02, 0.02)),
        (0.2, 9.0, (0.6, 0.6, 0.6)),
    ),
    "lot": (
        (2.5, 0.5, (0.03, 0.06, 0.16)),
        (-2.55, 0.2, (0.45, 0.45, 0.45)),
        (2.6, 9.0, (0.5, 0.5, 0.5)),
        (-0.3, 8.6, (0.02, 0.02, 0.02)),
        (-3.2, 9.2, (0.35, 0.05, 0.03)),
    ),
}


def park_more_cars(parts: list[Any], backdrop: str) -> None:
    """Adds copies of the car's objects in other places and other paint."""
    for x, y, colour in OTHER_CARS.get(backdrop, ()):
        paint = mat.paint(colour, 0.3, 0.3)
        for part in parts:
            copy = part.copy()
            copy.location.x += x
            copy.location.y += y
            bpy.context.scene.collection.objects.link(copy)
            for slot in copy.material_slots:
                if slot.material.name.startswith("paint"):
                    slot.link = "OBJECT"
                    slot.material = paint


def _ground(rng: np.random.Generator) -> None:
    box("ground", (-40, -40, -0.2), (40, 40, 0), mat.asphalt())
    line = mat.mottled("road paint", (0.2, 0.2, 0.19), (0.62, 0.61, 0.57), 14.0)
    for x in (-1.35, 1.35):
        box("bay line", (x - 0.05, -1.5, 0), (x + 0.05, 4.0, 0.0025), line)
    spots = np.column_stack(
        [rng.uniform(-1.6, 1.6, 70), rng.uniform(-1.8, 0.6, 70), np.full(70, 0.006)]
    )
    for i, (r, g, b) in enumerate(((0.22, 0.12, 0.04), (0.30, 0.20, 0.05), (0.13, 0.08, 0.04))):
        material = mat.mottled("fallen leaf", (r / 2, g / 2, b / 2), (r, g, b), 60.0)
        leaves("fallen leaves", spots[i::3], 0.018, 0.08, material, i)


def _wall(rng: np.random.Generator) -> None:
    clay = mat.brick(2.2, ((0.30, 0.13, 0.08), (0.22, 0.09, 0.06), (0.42, 0.39, 0.35)))
    box("wall", (-14, 5.6, 0), (14, 6.0, 2.3), clay)
    concrete = mat.mottled("concrete", (0.25, 0.24, 0.22), (0.42, 0.40, 0.37), 3.0)
    box("coping", (-14, 5.5, 2.3), (14, 6.1, 2.42), concrete, 0.02)
    box("kerb", (-14, 4.6, 0), (14, 4.75, 0.13), concrete, 0.02)
    _foliage(rng, (-9, 8.5, 2.0), (9, 12.0, 6.0), 9000)


def _hedge(rng: np.random.Generator) -> None:
    concrete = mat.mottled("concrete", (0.25, 0.24, 0.22), (0.42, 0.40, 0.37), 3.0)
    box("kerb", (-14, 4.4, 0), (14, 4.55, 0.13), concrete, 0.02)
    _foliage(rng, (-9, 5.0, 0.1), (9, 6.2, 1.8), 40000)
    box("hedge core", (-9, 5.4, 0), (9, 6.0, 1.6), mat.plain("dark", (0.01, 0.015, 0.006)).material)
    _foliage(rng, (-12, 11.0, 1.5), (4, 15.0, 7.0), 12000)


def _street(rng: np.random.Generator) -> None:
    """Adds a street of shops with two trees."""
    concrete = mat.mottled("concrete", (0.25, 0.24, 0.22), (0.42, 0.40, 0.37), 3.0)
    for side in (-1, 1):
        box("kerb", (side * 5.2 - 1.2, 2.5, 0), (side * 5.2 + 1.2, 38.0, 0.14), concrete, 0.02)
        for row in range(4):
            y, depth = 7 + 8 * row, rng.uniform(6.5, 7.6)
            tone = rng.uniform(0.25, 0.6) * np.array([1.0, rng.uniform(0.8, 0.95), 0.75])
            near, far = side * rng.uniform(6.6, 7.2), side * 15.0
            low, high = (min(near, far), y, 0), (max(near, far), y + depth, rng.uniform(5, 10))
            box("shop", low, high, _facade(tuple(tone)))
    _foliage(rng, (-7, 12, 2.5), (-3.0, 16, 6.0), 9000)
    _foliage(rng, (3.5, 18, 2.5), (7.0, 22, 6.5), 9000)
    box("far end", (-12, 39, 0), (12, 41, 9), _facade((0.4, 0.37, 0.33)))


def _lot(rng: np.random.Generator) -> None:
    """Adds a car park in front of a plain building."""
    box("block", (-22, 18, 0), (22, 24, 9), _facade((0.44, 0.41, 0.36)))
    _foliage(rng, (-12, 13.5, 0.2), (12, 14.8, 1.3), 12000)
    _foliage(rng, (-8, 13, 2.5), (-3, 16, 7.0), 9000)


def _facade(wall: Any) -> Any:
    """Makes plaster with rows of dark windows: bricks of glass in very wide mortar."""
    window = mat.brick(0.35, ((0.02, 0.025, 0.03), (0.05, 0.055, 0.06), wall))
    texture = window.node_tree.nodes["Brick Texture"]
    texture.inputs["Mortar Size"].default_value = 0.09
    texture.offset = 0.0
    return window


def _foliage(rng: np.random.Generator, low: Any, high: Any, count: int) -> None:
    greens = ((0.045, 0.10, 0.018), (0.075, 0.14, 0.03), (0.11, 0.15, 0.035))
    for i, green in enumerate(greens):
        centres = rng.uniform(low, high, (count // 3, 3))
        swell = 0.35 * np.sin(centres[:, 0] * 2.1 + i) * np.cos(centres[:, 2] * 3.0)
        centres[:, 1] += swell
        material = mat.plain("leaf", green, 0.45).material
        leaves("foliage", centres, 0.07, 1.0, material, i)


def _town(rng: np.random.Generator) -> None:
    """Adds houses and trees behind the camera, visible only in the paint and the glass."""
    walls = ((0.50, 0.46, 0.38), (0.36, 0.30, 0.26), (0.55, 0.53, 0.50), (0.40, 0.24, 0.17))
    x = -34.0
    for i in range(7):
        width, tall = rng.uniform(7, 12), rng.uniform(5, 12)
        y = -rng.uniform(15, 22)
        box("house", (x, y - 8, 0), (x + width, y, tall), _facade(walls[i % 4]))
        x += width + rng.uniform(0.5, 3.5)
    for x in (-9.0, -4.0, 4.5, 11.0):
        _foliage(rng, (x - 2.2, -14, 1.6), (x + 2.2, -10, 6.5), 5000)
        trunk = mat.plain("trunk", (0.05, 0.035, 0.025), 0.9).material
        box("trunk", (x - 0.15, -12.1, 0), (x + 0.15, -11.8, 3.0), trunk)
