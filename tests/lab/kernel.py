"""A machine's kernel, unpacked, and the smallest start before its disk: a static busybox and a few modules.

Apart from the disk's image, and the reason that a machine in pure emulation is up in a quarter of the time that
Debian's own initrd takes: nothing is unpacked and nothing is looked for by emulated instructions.
"""

import lzma
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MODULES: Final = ("virtio_pci", "virtio_blk", "ext4", "virtio_console", "i6300esb")
"""Of the disk, of the agent's line, and of a board's watchdog, which is there before systemd is."""
INIT: Final = """\
#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
for m in {modules}; do $b insmod /m/$m; done
while [ ! -b /dev/vda ]; do $b sleep 0.05; done
$b mount -t ext4 -o rw,noatime /dev/vda /disk
$b umount /proc
$b mount --move /dev /disk/dev
exec $b switch_root /disk /sbin/init
"""


def write_kernel(root: Path, to: Path) -> None:
    """The kernel of a Debian root as an ELF file, which QEMU starts without its decompressor (PVH)."""
    (image,) = root.glob("boot/vmlinuz-*")
    raw = image.read_bytes()
    offset, length = struct.unpack_from("<II", raw, 0x248)  # payload_offset, payload_length: boot protocol 2.08
    start = (raw[0x1F1] + 1) * 512 + offset  # behind the setup sectors
    packed = raw[start : start + length - 4]  # zstd; behind it 4 bytes of the size unpacked
    unpack = ["chroot", str(root), "zstd", "--decompress", "--stdout", "--quiet"]
    to.write_bytes(subprocess.run(unpack, input=packed, capture_output=True, check=True).stdout)


def write_initrd(root: Path, to: Path) -> None:
    """cpio (newc), read by the kernel: /init, busybox, and the modules with what they need, in order."""
    (folder,) = root.glob("usr/lib/modules/*")
    modules = {Path(name).name.removesuffix(".xz"): folder / name for name in _in_order(folder)}
    with to.open("wb") as file:
        for name in ("bin", "dev", "proc", "disk", "m"):
            file.write(_entry(name, 0o040755, b""))
        file.write(_entry("init", 0o100755, INIT.format(modules=" ".join(modules)).encode()))
        file.write(_entry("bin/busybox", 0o100755, (root / "usr/bin/busybox").read_bytes()))
        for name, path in modules.items():
            packed = path.read_bytes()
            file.write(_entry(f"m/{name}", 0o100644, lzma.decompress(packed) if path.suffix == ".xz" else packed))
        file.write(_entry("TRAILER!!!", 0, b""))


def _in_order(folder: Path) -> list[str]:
    """Files of MODULES and of all that they need, each after what it needs (modules.dep)."""
    lines = (line.split(":") for line in (folder / "modules.dep").read_text().splitlines())
    needs = {path: needed.split() for path, needed in lines}
    by_name = {Path(path).name.partition(".ko")[0].replace("-", "_"): path for path in needs}

    def each(path: str) -> Iterator[str]:
        for other in reversed(needs[path]):
            yield from each(other)
        yield path

    return list(dict.fromkeys(path for name in MODULES if name in by_name for path in each(by_name[name])))


def _entry(name: str, mode: int, data: bytes) -> bytes:
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(head + name.encode() + b"\0") + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
