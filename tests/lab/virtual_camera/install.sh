#!/bin/sh
# install.sh: gives this system libcamera's virtual camera, for every program that imports picamera2. Run it as root
# inside of the system, from a folder that also holds virtual_camera.py; the programs and their units stay as they are.
#
# Apart from the tests, because a container, a virtual machine and its image are all made ready by it alone.
set -eu
here=$(dirname "$0")

# Every size that a main or a small stream may ask for: libcamera takes the nearest one without a word.
pipeline=/usr/share/libcamera/pipeline/virtual
mkdir -p "$pipeline"
{
    printf '%%YAML 1.1\n---\n"Virtual0":\n  supported_formats:\n'
    for size in 1920x1080 1280x720 960x540 640x480 640x360; do
        printf '  - {width: %s, height: %s, frame_rates: [30, 60]}\n' "${size%x*}" "${size#*x}"
    done
    printf '  test_pattern: "lines"\n  location: "CameraLocationFront"\n  model: "Virtual"\n'
} >"$pipeline/virtual.yaml"

# libcamera offers the camera only where a heap for its pictures opens, and never asks this one for memory: picamera2
# brings the buffers. A plain file, so that nobody has to be allowed a device.
heap=/dev/dma_heap/linux,cma
mkdir -p /etc/tmpfiles.d
printf 'd /dev/dma_heap 0755\nf %s 0666\n' "$heap" >/etc/tmpfiles.d/virtual-camera.conf
[ -e "$heap" ] || { mkdir -p /dev/dma_heap && : >"$heap" && chmod 666 "$heap"; }

# Read by every Python of the system and by each environment that sees the system's packages.
packages=$(python3 -c 'import importlib.util as u, os; print(os.path.dirname(os.path.dirname(u.find_spec("picamera2").origin)))')
install -m 644 "$here/virtual_camera.py" "$packages"
echo 'import virtual_camera' >"$packages/virtual_camera.pth"
