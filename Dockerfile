# Reads plates without a screen and without root. Alone, the image reads the sample photos; for yours:
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" -w /data ocr-license-plate \
#       photos --output plates.csv
# The RUN lines were tried in a bare Debian 12 root made by debootstrap, followed by the CMD.
FROM debian:12-slim

RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv tesseract-ocr && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/anpr
COPY pyproject.toml setup.py README.md LICENSE NOTICE ocr_license_plate.py ./
COPY anpr anpr
COPY license_plates license_plates

# OpenCV's build without windows is the same code and needs none of the libraries of a screen.
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir . && .venv/bin/pip freeze | sed -n 's/^opencv-contrib-python==/opencv-contrib-python-headless==/p' > headless.txt && .venv/bin/pip uninstall -y opencv-contrib-python && .venv/bin/pip install --no-cache-dir -r headless.txt

RUN useradd --create-home reader
USER reader
ENV PATH=/opt/anpr/.venv/bin:$PATH
ENTRYPOINT ["ocr-license-plate"]
CMD ["--input", "license_plates/group1", "--clear-border", "1"]
