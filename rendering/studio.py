"""Makes one photo from start to end: models the scene, traces it, develops it."""

import math
import tempfile
from pathlib import Path

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from rendering.car import build_car
from rendering.lens import develop, save_jpeg
from rendering.photos import SamplePhoto, View
from rendering.plate import mount_plate
from rendering.surroundings import build_sky, build_surroundings, park_more_cars

PHOTO_WH = (1024, 768)
SAMPLES = 16  # few, to save time on two cores; the denoiser removes the remaining noise
SENSOR_MM = 36.0
BASE_EXPOSURE = 0.25  # stops


def take_photo(photo: SamplePhoto, path: Path, scale: float = 1.0, samples: int = SAMPLES) -> None:
    """Renders one photo and writes it as a JPEG."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    skin = build_car(photo.car)
    middle = mount_plate(photo.plate, skin, photo.car.plate_v, photo.seed)
    park_more_cars(list(bpy.context.scene.objects), photo.backdrop)
    build_sky(photo.light)
    build_surroundings(photo.backdrop, photo.canopy, photo.seed)
    _place_camera(photo.view, middle)
    bgr = _trace(photo, scale, samples)
    save_jpeg(develop(bgr, photo.noise, photo.light.warmth, photo.seed), path, photo.quality)


def _place_camera(view: View, plate: tuple[float, float, float]) -> None:
    yaw = math.radians(view.yaw_deg)
    camera = bpy.data.cameras.new("camera")
    made = bpy.data.objects.new("camera", camera)
    bpy.context.scene.collection.objects.link(made)
    bpy.context.scene.camera = made
    flat = math.sqrt(max(view.distance**2 - (view.height - plate[2]) ** 2, 0.1))
    made.location = (plate[0] + flat * math.sin(yaw), plate[1] - flat * math.cos(yaw), view.height)
    aim = (
        plate[0] + view.aim[0] * math.cos(yaw),
        plate[1] + view.aim[0] * math.sin(yaw),
        plate[2] + view.aim[1],
    )
    direction = [b - a for a, b in zip(made.location, aim, strict=True)]
    pitch = math.atan2(direction[2], math.hypot(direction[0], direction[1]))
    heading = math.atan2(-direction[0], direction[1])
    made.rotation_euler = (math.pi / 2 + pitch, 0.0, heading)
    made.rotation_euler.rotate_axis("Z", math.radians(view.roll_deg))
    camera.sensor_width = SENSOR_MM
    camera.lens = SENSOR_MM * view.distance / view.width
    camera.dof.use_dof = True
    camera.dof.focus_distance = view.distance
    camera.dof.aperture_fstop = view.f_stop


def _trace(photo: SamplePhoto, scale: float, samples: int) -> NDArray[np.uint8]:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = samples
    scene.cycles.seed = photo.seed
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.03
    scene.cycles.max_bounces = 5
    scene.cycles.transparent_max_bounces = 6
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_indirect = 6.0  # avoids fireflies from the sun in the chrome
    scene.render.resolution_x, scene.render.resolution_y = (round(n * scale) for n in PHOTO_WH)
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - High Contrast"
    scene.view_settings.exposure = photo.light.exposure + BASE_EXPOSURE
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "render.png")
        bpy.ops.render.render(write_still=True)
        return np.asarray(cv2.imread(scene.render.filepath), dtype=np.uint8)
