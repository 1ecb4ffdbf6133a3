#!/usr/bin/env bash
# The binary as it travels: in a wheel, in a fresh environment, alone in an empty directory. wheel.sh SOURCE BINARY
# Uses build/static/podseer (./dev static) where it is, for what only a static binary can do.
set -u
source=$1 binary=$2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failures=0
verdict() { if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "not ok: $1 (wanted $3, got $2)"; sed 's/^/    /' "$work/log" | tail -n 20; failures=$((failures + 1)); fi; }
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: MyApp}]}\n' >"$work/pod.yaml"

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$source/packaging/pypi/pyproject.toml" | head -n 1)
shim=$(sed -n 's/^version = "\(.*\)"/\1/p' "$source/pyproject.toml" | head -n 1)
verdict "the shim, the wheel and the program have one version" "$shim $("$binary" --version | cut -d' ' -f2)" "$version $version" 2>"$work/log"
grep -q "\"podseer==$version\"" "$source/pyproject.toml"; verdict "the shim installs that very version" $? 0

strip -o "$work/podseer" "$binary" 2>/dev/null || cp "$binary" "$work/podseer"
if python3 -m venv "$work/venv" >"$work/log" 2>&1; then
  python3 "$source/tests/scripts/make_wheel.py" "$work/podseer" "$work/wheels" "$version"
  "$work/venv/bin/pip" -q install --no-index --find-links "$work/wheels" podseer >"$work/log" 2>&1; verdict "pip installs the wheel without an index" $? 0
  "$work/venv/bin/podseer" --version >"$work/log" 2>&1; verdict "what it installs runs" $? 0
  head -c 4 "$work/venv/bin/podseer" | grep -q ELF; verdict "and is the binary itself, no launcher" $? 0
  "$work/venv/bin/podseer" check --isolated "$work/pod.yaml" >"$work/log" 2>&1; verdict "and finds what it should" $? 1
else
  echo "skip: python3 makes no virtual environment here"
fi

static=$source/build/static/podseer
if [ ! -x "$static" ]; then echo "skip: no static binary (./dev static)"; exit $failures; fi
ldd "$static" >"$work/log" 2>&1; grep -qE 'not a dynamic executable|statically linked' "$work/log"; verdict "the static binary needs no library" $? 0
mkdir "$work/root"; cp "$static" "$work/pod.yaml" "$work/root/"
if unshare -r true 2>/dev/null; then
  unshare -r chroot "$work/root" /podseer check --isolated /pod.yaml >"$work/log" 2>&1; verdict "alone in an empty directory it works" $? 1
  unshare -r chroot "$work/root" /podseer forecast --isolated /pod.yaml >"$work/log" 2>&1; grep -q InvalidImageName "$work/log"; verdict "and foretells" $? 0
else
  echo "skip: no user namespaces here, nothing is run in an empty root"
fi
exit $failures
