#!/usr/bin/env python3
"""Packs a podseer binary into a wheel as scikit-build-core would: make_wheel.py BINARY OUTPUT_DIR VERSION.

Only for tests: the real wheel is built from packaging/pypi, which compiles everything.
"""
import base64, hashlib, os, sys, zipfile

binary, out, version = sys.argv[1:4]
tag = "py3-none-any"
name = f"podseer-{version}"
files = {
    f"{name}.data/scripts/podseer": open(binary, "rb").read(),
    f"{name}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: podseer\nVersion: {version}\n".encode(),
    f"{name}.dist-info/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
}
record = ""
os.makedirs(out, exist_ok=True)
with zipfile.ZipFile(f"{out}/{name}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    for path, data in files.items():
        info = zipfile.ZipInfo(path)
        info.external_attr = (0o100755 if "scripts" in path else 0o100644) << 16
        wheel.writestr(info, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(data)}\n"
    wheel.writestr(f"{name}.dist-info/RECORD", record + f"{name}.dist-info/RECORD,,\n")
