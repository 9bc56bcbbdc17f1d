#!/usr/bin/env bash
# build.sh PYTHON: a Debian package of the frozen program, in dist/. Run through `make package`.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(realpath -s "${1:-.venv/bin/python}")

version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
architecture=$(dpkg --print-architecture)
root=build/deb
package=dist/clinicdesk_${version}_${architecture}.deb
# The same tree gives the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0

rm -rf build/frozen "$root"
"$python" -m scripts.make_translations >&2
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath build/frozen --workpath build/work installer/clinicdesk.spec

mkdir -p "$root/DEBIAN" "$root"/usr/{bin,lib,share/applications,share/doc/clinicdesk} dist
cp -r build/frozen/clinicdesk "$root/usr/lib/clinicdesk"
# Debug symbols are half of some libraries. Those that a wheel has patched (*.libs) do not survive stripping.
find "$root/usr/lib/clinicdesk" -name '*.so*' -type f -not -path '*.libs/*' -exec strip --strip-unneeded {} + 2>/dev/null || true
ln -s ../lib/clinicdesk/clinicdesk "$root/usr/bin/clinicdesk"
cp installer/linux/clinicdesk.desktop "$root/usr/share/applications/"
cat LICENSE NOTICE >"$root/usr/share/doc/clinicdesk/copyright"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@SIZE@/$(du -sk "$root/usr" | cut -f1)/" installer/linux/control.in >"$root/DEBIAN/control"
find "$root" -type d -exec chmod 755 {} +
find "$root/usr" -type f -exec chmod go=u-w {} +

dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >&2
printf '%s\n' "$package"
