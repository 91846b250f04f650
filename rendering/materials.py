"""Materials such as paint, glass, lamp plastic, rubber and asphalt, as Cycles node trees."""

from dataclasses import dataclass, field
from typing import Any

import bpy

Rgb = tuple[float, float, float]


@dataclass
class Nodes:
    """A material while it is made: short names for operations on Blender's node tree."""

    material: Any
    tree: Any = field(init=False)
    shader: Any = field(init=False)

    def __post_init__(self) -> None:
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.shader = self.tree.nodes["Principled BSDF"]

    def add(self, kind: str, **settings: Any) -> Any:
        """Adds a node; `settings` are its attributes."""
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in settings.items():
            setattr(node, name, value)
        return node

    def link(self, out: Any, into: Any) -> None:
        """Connects two sockets."""
        self.tree.links.new(out, into)

    def set(self, **values: Any) -> "Nodes":
        """Sets inputs of the principled shader; underscores stand for spaces."""
        for name, value in values.items():
            rgba = (*value, 1.0) if isinstance(value, tuple) else value
            self.shader.inputs[name.replace("_", " ")].default_value = rgba
        return self

    def noise(self, scale: float, detail: float = 4.0, rough: float = 0.6) -> Any:
        """Adds fractal noise over the object's own coordinates; returns its socket, 0 to 1."""
        node = self.add("TexNoise")
        node.inputs["Scale"].default_value = scale
        node.inputs["Detail"].default_value = detail
        node.inputs["Roughness"].default_value = rough
        self.link(self.add("TexCoord").outputs["Object"], node.inputs["Vector"])
        return node.outputs["Fac"]

    def remap(self, value: Any, low: float, high: float, to: tuple[float, float]) -> Any:
        """Maps the range from `low` to `high` to the range `to`, clamped."""
        node = self.add("MapRange")
        for name, number in zip(
            ("From Min", "From Max", "To Min", "To Max"), (low, high, *to), strict=False
        ):
            node.inputs[name].default_value = number
        self.link(value, node.inputs["Value"])
        return node.outputs["Result"]

    def math(self, operation: str, a: Any, b: Any) -> Any:
        """Combines two values; either may be a number."""
        node = self.add("Math", operation=operation)
        for socket, value in zip(node.inputs, (a, b), strict=False):
            if isinstance(value, (int, float)):
                socket.default_value = value
            else:
                self.link(value, socket)
        return node.outputs[0]

    def mix_colour(self, factor: Any, a: Any, b: Any) -> Any:
        """Blends two colours; either may be a constant."""
        node = self.add("Mix", data_type="RGBA")
        self.link(factor, node.inputs[0])
        for socket, value in zip((node.inputs[6], node.inputs[7]), (a, b), strict=False):
            if isinstance(value, tuple):
                socket.default_value = (*value, 1.0)
            else:
                self.link(value, socket)
        return node.outputs[2]

    def bump(self, height: Any, strength: float, distance: float) -> None:
        """Makes the surface uneven."""
        node = self.add("Bump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = distance
        self.link(height, node.inputs["Height"])
        self.link(node.outputs["Normal"], self.shader.inputs["Normal"])

    def into(self, name: str, value: Any) -> None:
        """Connects a socket to an input of the principled shader."""
        self.link(value, self.shader.inputs[name])


def plain(name: str, colour: Rgb, roughness: float = 0.5, metallic: float = 0.0) -> Nodes:
    """Makes a material of one colour and one roughness."""
    nodes = Nodes(bpy.data.materials.new(name))
    return nodes.set(Base_Color=colour, Roughness=roughness, Metallic=metallic)


DUST: Rgb = (0.23, 0.19, 0.145)


def _dust_factor(nodes: Nodes, amount: float, below_m: float) -> Any:
    """Returns how thick road dust lies: in blotches, and thicker the lower, from `below_m` down."""
    position = nodes.add("SeparateXYZ")
    nodes.link(nodes.add("NewGeometry").outputs["Position"], position.inputs[0])
    low = nodes.remap(position.outputs["Z"], below_m, 0.15, (0.06, 1.0))
    blotch = nodes.remap(nodes.noise(5.0, 8.0, 0.7), 0.35, 0.75, (0.25, 1.0))
    return nodes.math("MULTIPLY", nodes.math("MULTIPLY", low, blotch), amount)


def paint(colour: Rgb, flake: float, dust: float) -> Any:
    """Makes clear-coated paint; `flake` is 0 (solid) to 1 (metallic), `dust` 0 to 1."""
    nodes = plain("paint", colour, 0.34, 0.75 * flake)
    nodes.set(Coat_Weight=1.0, Coat_Roughness=0.025, Coat_IOR=1.75)
    factor = _dust_factor(nodes, dust, 0.75)
    nodes.into("Base Color", nodes.mix_colour(factor, colour, DUST))
    nodes.into("Coat Roughness", nodes.remap(factor, 0.0, 1.0, (0.012, 0.30)))
    nodes.bump(nodes.noise(220.0, 1.0), 0.012, 0.001)  # orange peel
    return nodes.material


def dark_plastic(dust: float) -> Any:
    """Makes grained black plastic, slightly grey with dust."""
    nodes = plain("dark plastic", (0.022, 0.022, 0.023), 0.48)
    nodes.into("Base Color", nodes.mix_colour(_dust_factor(nodes, dust, 0.6), (0.02,) * 3, DUST))
    nodes.bump(nodes.noise(900.0, 2.0), 0.25, 0.0006)
    return nodes.material


def tinted(name: str, colour: Rgb, roughness: float = 0.02) -> Nodes:
    """Makes a thin tinted sheet: Fresnel reflection, otherwise clear without refraction."""
    nodes = Nodes(bpy.data.materials.new(name))
    clear = nodes.add("BsdfTransparent")
    clear.inputs["Color"].default_value = (*colour, 1.0)
    gloss = nodes.add("BsdfGlossy")
    gloss.inputs["Roughness"].default_value = roughness
    fresnel = nodes.add("Fresnel")
    fresnel.inputs["IOR"].default_value = 1.6
    mix = nodes.add("MixShader")
    nodes.link(fresnel.outputs[0], mix.inputs[0])
    nodes.link(clear.outputs[0], mix.inputs[1])
    nodes.link(gloss.outputs[0], mix.inputs[2])
    nodes.link(mix.outputs[0], nodes.tree.nodes["Material Output"].inputs["Surface"])
    return nodes


GLASS_TINT: Rgb = (0.30, 0.33, 0.32)


def glass(heated: bool) -> Any:
    """Makes tinted glass under a film of dust; `heated` adds the wires of the defroster."""
    nodes = tinted("glass", GLASS_TINT, 0.0)
    film = nodes.remap(nodes.noise(2.5, 8.0, 0.7), 0.35, 0.8, (0.015, 0.11))
    if heated:
        position = nodes.add("SeparateXYZ")
        nodes.link(nodes.add("TexCoord").outputs["UV"], position.inputs[0])
        phase = nodes.math("FRACT", nodes.math("MULTIPLY", position.outputs["Y"], 36.0), 0.0)
        wire = nodes.math("MULTIPLY", nodes.math("LESS_THAN", phase, 0.05), 0.5)
        film = nodes.math("MAXIMUM", film, wire)
    veil = nodes.add("BsdfDiffuse")
    veil.inputs["Color"].default_value = (*DUST, 1.0)
    mix = nodes.add("MixShader")
    surface = nodes.tree.nodes["Material Output"].inputs["Surface"]
    clean = surface.links[0].from_socket
    for socket, value in zip(mix.inputs, (film, clean, veil.outputs[0]), strict=False):
        nodes.link(value, socket)
    nodes.link(mix.outputs[0], surface)
    return nodes.material


def reflector() -> Any:
    """Makes the inside of a lamp: silvered plastic with small prisms along the lamp's (s, v)."""
    nodes = plain("lamp reflector", (0.85, 0.85, 0.85), 0.25, 0.7)
    uv = nodes.add("TexCoord").outputs["UV"]
    heights = []
    for direction in ("X", "Y"):
        wave = nodes.add("TexWave", bands_direction=direction)
        wave.inputs["Scale"].default_value = 26.0
        nodes.link(uv, wave.inputs["Vector"])
        heights.append(wave.outputs["Fac"])
    nodes.bump(nodes.math("ADD", *heights), 0.9, 0.006)
    return nodes.material


def glowing(name: str, colour: Rgb, strength: float) -> Any:
    """Makes a diffuser that gives light."""
    nodes = plain(name, colour, 0.4)
    return nodes.set(Emission_Color=colour, Emission_Strength=strength).material


def plate_face(print_image: Any, height_image: Any) -> Any:
    """Makes the face of a plate: glass-bead sheeting with embossed ink."""
    nodes = plain("plate", (0.8, 0.8, 0.8), 0.42)
    for image, use in ((print_image, "print"), (height_image, "height")):
        texture = nodes.add("TexImage", image=image)
        if use == "print":
            nodes.into("Base Color", texture.outputs["Color"])
        else:
            image.colorspace_settings.name = "Non-Color"
            nodes.bump(texture.outputs["Color"], 0.55, 0.0022)
    return nodes.material


def asphalt() -> Any:
    """Makes worn tarmac: pebbles, patches, oil."""
    nodes = plain("asphalt", (0.1, 0.1, 0.1), 0.85)
    grit = nodes.remap(nodes.noise(260.0, 3.0, 0.8), 0.3, 0.7, (0.35, 1.0))
    patch = nodes.remap(nodes.noise(1.3, 6.0, 0.65), 0.3, 0.7, (0.55, 1.1))
    tone = nodes.math("MULTIPLY", grit, patch)
    nodes.into("Base Color", nodes.mix_colour(tone, (0.018, 0.018, 0.02), (0.17, 0.163, 0.15)))
    nodes.bump(nodes.noise(300.0, 3.0, 0.8), 0.9, 0.006)
    return nodes.material


def mottled(name: str, dark: Rgb, light: Rgb, scale: float, rough: float = 0.8) -> Any:
    """Makes noise between two colours, with relief, as of leaves, plaster and concrete."""
    nodes = plain(name, dark, rough)
    noise = nodes.noise(scale, 8.0, 0.7)
    factor = nodes.remap(noise, 0.35, 0.65, (0.0, 1.0))
    nodes.into("Base Color", nodes.mix_colour(factor, dark, light))
    nodes.bump(noise, 0.4, 0.02)
    return nodes.material


def brick(scale: float, colours: tuple[Rgb, Rgb, Rgb]) -> Any:
    """Makes brickwork; the colours are those of two bricks and the mortar."""
    nodes = plain("brick", colours[0], 0.85)
    texture = nodes.add("TexBrick")
    for name, colour in zip(("Color1", "Color2", "Mortar"), colours, strict=False):
        texture.inputs[name].default_value = (*colour, 1.0)
    texture.inputs["Scale"].default_value = scale
    nodes.link(nodes.add("TexCoord").outputs["UV"], texture.inputs["Vector"])
    tone = nodes.remap(nodes.noise(1.5, 8.0), 0.3, 0.7, (0.6, 1.15))
    shaded = nodes.add("VectorMath", operation="SCALE")
    nodes.link(texture.outputs["Color"], shaded.inputs[0])
    nodes.link(tone, shaded.inputs["Scale"])
    nodes.into("Base Color", shaded.outputs[0])
    nodes.bump(texture.outputs["Fac"], -0.5, 0.01)
    return nodes.material
