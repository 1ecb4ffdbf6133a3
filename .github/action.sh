#!/usr/bin/env bash
# The GitHub Action's one step: runs podseer once and writes every report that was asked for. Inputs
# come as INPUT_* variables and are only ever used as arguments. Does not fail on findings: the exit
# status is an output, and action.yml ends with it.
set -uo pipefail

cd "${INPUT_WORKING_DIRECTORY:-.}" || exit 2
version=${INPUT_VERSION:-}
[ -n "$version" ] || version=$(sed -n 's/^version = "\(.*\)"/\1/p' "${ACTION_PATH:-.}/pyproject.toml" | head -n 1)
if [ -n "${INPUT_BINARY:-}" ]; then
  podseer=("$INPUT_BINARY")
else
  podseer=(pipx run --spec "podseer==$version" podseer)
fi

# Paths are words: split at blanks, no globbing and no expansion.
set -f
# shellcheck disable=SC2206
paths=(${INPUT_PATHS:-.})
set +f

options=(--fail-on "${INPUT_FAIL_ON:-likely}")
[ -n "${INPUT_CONFIG:-}" ] && options+=(--config "$INPUT_CONFIG")
[ -n "${INPUT_CLUSTER:-}" ] && options+=(--cluster "$INPUT_CLUSTER")
[ -n "${INPUT_IMAGES:-}" ] && options+=(--images "$INPUT_IMAGES")
[ "${INPUT_CLOSED_WORLD:-false}" = true ] && options+=(--closed-world)

temporary=${RUNNER_TEMP:-$(mktemp -d)}
json=$temporary/podseer.json
markdown=$temporary/podseer.md
sarif=${INPUT_SARIF_FILE:-}
[ "${INPUT_UPLOAD_SARIF:-false}" = true ] && [ -z "$sarif" ] && sarif=$temporary/podseer.sarif
outputs=(--output "json=$json")
[ "${INPUT_SUMMARY:-true}" = true ] && outputs+=(--output "markdown=$markdown")
[ -n "$sarif" ] && outputs+=(--output "sarif=$sarif")
if [ "${INPUT_ANNOTATIONS:-true}" = true ]; then
  outputs+=(--output "github=-")
else
  outputs+=(--output "text=-")
fi

"${podseer[@]}" check "${options[@]}" "${outputs[@]}" -- "${paths[@]}"
status=$?

# The summary may hold 1 MiB at most; a larger one would be refused whole.
if [ -s "$markdown" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  head -c 1000000 "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi
count() { grep -o "\"$1\": *[0-9]*" "$json" 2>/dev/null | tail -n 1 | grep -o '[0-9]*$' || echo 0; }
{
  echo "exit-code=$status"
  echo "errors=$(count errors)"
  echo "warnings=$(count warnings)"
  echo "sarif-file=$sarif"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit 0
