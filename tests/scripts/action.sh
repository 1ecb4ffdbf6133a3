#!/usr/bin/env bash
# The GitHub Action's script with faked GITHUB_* variables: action.sh SOURCE_DIR BINARY
set -u
source=$1 binary=$2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failures=0
check() { if eval "$2"; then echo "ok: $1"; else echo "not ok: $1"; sed 's/^/    /' "$work/out" | tail -n 20; failures=$((failures + 1)); fi; }
mkdir -p "$work/repo/k8s dir" "$work/tmp"; cd "$work/repo" || exit 1
cat >k8s.yaml <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: "MyApp%0A:1\n::error file=x::injected"
Y
run() { : >"$work/output"; : >"$work/summary"
  env -i PATH="$PATH" HOME="$work" RUNNER_TEMP="$work/tmp" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary" \
    GITHUB_WORKSPACE="$work/repo" ACTION_PATH="$source" INPUT_BINARY="$binary" "$@" bash "$source/.github/action.sh" >"$work/out" 2>&1; }

run INPUT_PATHS=k8s.yaml INPUT_SARIF_FILE="$work/tmp/out.sarif"
check "the step itself does not fail" "[ $? = 0 ]"
check "the exit status is an output" "grep -q '^exit-code=1$' '$work/output'"
check "annotations are printed" "grep -q '^::error ' '$work/out'"
check "manifest text injects no command" "! grep -q '^::error file=x::injected' '$work/out'"
check "the summary is written" "[ -s '$work/summary' ]"
check "the SARIF file is written" "python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))[\"version\"] == \"2.1.0\"' '$work/tmp/out.sarif'"
check "at most ten annotations of a level" "[ \$(grep -c '^::error ' '$work/out') -le 10 ]"
run INPUT_PATHS='$(touch x) `touch y` ; touch z' INPUT_FAIL_ON='likely"; touch w; "'
check "inputs are never executed" "[ ! -e x ] && [ ! -e y ] && [ ! -e z ] && [ ! -e w ]"
check "a wrong call is exit status 2" "grep -q '^exit-code=2$' '$work/output'"
run INPUT_PATHS='*'
check "a star is a path, not what the shell makes of it" "! grep -q 'No such command' '$work/out'"
run INPUT_PATHS=k8s.yaml INPUT_FAIL_ON=never
check "fail-on never ends well" "grep -q '^exit-code=0$' '$work/output'"
if command -v check-jsonschema >/dev/null; then
  check-jsonschema --builtin-schema vendor.github-actions "$source/action.yml" >"$work/out" 2>&1
  check "action.yml fits GitHub's schema" "[ $? = 0 ]"
else
  echo "skip: check-jsonschema is not installed, action.yml is not validated"
fi
exit $failures
