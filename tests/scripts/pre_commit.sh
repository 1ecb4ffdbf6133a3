#!/usr/bin/env bash
# The hooks as a user's repository meets them, without a network: pre_commit.sh SOURCE_DIR BINARY
# Prints "ok: ..." or "not ok: ..." a case, "skip: ..." when pre-commit or a package is missing.
set -u
source=$1 binary=$2
pre_commit=$(command -v pre-commit) || { echo "skip: pre-commit is not installed"; exit 0; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export HOME=$work/home PRE_COMMIT_HOME=$work/cache GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME"
git config --file "$GIT_CONFIG_GLOBAL" user.name test; git config --file "$GIT_CONFIG_GLOBAL" user.email test@example.invalid
git config --file "$GIT_CONFIG_GLOBAL" init.defaultBranch main
failures=0
verdict() { if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "not ok: $1 (wanted $3, got $2)"; sed 's/^/    /' "$work/log" | tail -n 25; failures=$((failures + 1)); fi; }

"$pre_commit" validate-manifest "$source/.pre-commit-hooks.yaml" >"$work/log" 2>&1; verdict "the manifest is valid" $? 0
if [ -x /usr/bin/pre-commit ] && [ /usr/bin/pre-commit != "$pre_commit" ]; then
  /usr/bin/pre-commit validate-manifest "$source/.pre-commit-hooks.yaml" >"$work/log" 2>&1; verdict "the manifest is valid for the distribution's pre-commit" $? 0
else
  echo "skip: no second, older pre-commit in /usr/bin"
fi

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$source/pyproject.toml" | head -n 1)
strip -o "$work/podseer" "$binary" 2>/dev/null || cp "$binary" "$work/podseer"
python3 "$source/tests/scripts/make_wheel.py" "$work/podseer" "$work/wheels" "$version"
python3 -m pip download -q -d "$work/wheels" setuptools wheel >"$work/log" 2>&1 || { echo "skip: setuptools cannot be had (no package index)"; exit $failures; }
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$work/wheels

# The repository as users fetch it: only what a hook needs, committed.
mkdir "$work/podseer-repo"; cp "$source/.pre-commit-hooks.yaml" "$source/pyproject.toml" "$work/podseer-repo/"
git -C "$work/podseer-repo" init -q; git -C "$work/podseer-repo" add .; git -C "$work/podseer-repo" commit -qm podseer

mkdir -p "$work/user/k8s"; cd "$work/user" || exit 1
git init -q
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n' >k8s/settings.yaml
cat >k8s/web.yaml <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: nginx:1.27
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: level}}
Y
git add .; git commit -qm start
# Without a network, where that can be had: what is not in the repository and the wheels is not needed.
offline=; if unshare -rn true 2>/dev/null; then offline="unshare -rn"; else echo "skip: no user namespaces here, the hooks run with a network"; fi
# shellcheck disable=SC2086
$offline "$pre_commit" try-repo "$work/podseer-repo" podseer --all-files --verbose >"$work/log" 2>&1; verdict "try-repo passes in a clean repository" $? 0
# From here on as in daily life: installed once, then only run.
printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks: [{id: podseer}, {id: podseer-changed}]\n' "$work/podseer-repo" \
  "$(git -C "$work/podseer-repo" rev-parse HEAD)" >.pre-commit-config.yaml
git add .; git commit -qm hooks
# shellcheck disable=SC2086
hook() { $offline "$pre_commit" run "$@" --verbose >"$work/log" 2>&1; }

hook podseer --all-files; verdict "a clean repository passes" $? 0
hook podseer-changed --files k8s/web.yaml; verdict "a clean changed file passes" $? 0
sed -i 's/key: level/key: levle/' k8s/web.yaml; git add .
hook podseer; verdict "a broken reference fails" $? 1
hook podseer-changed --files k8s/web.yaml; verdict "a broken changed file fails" $? 1
git checkout -q HEAD -- .
git rm -q k8s/settings.yaml
hook podseer; verdict "a commit that only deletes a ConfigMap fails" $? 1
git checkout -q HEAD -- .
long=$(printf 'a%.0s' $(seq 1 90)); mkdir -p "many/$long"
for i in $(seq 1 1200); do printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%s}\ndata: {}\n' "$i" >"many/$long/file-$i.yaml"; done
git add .; git commit -qm many
hook podseer-changed --all-files; verdict "1200 long paths pass" $? 0
exit $failures
