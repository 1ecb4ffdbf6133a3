// SPDX-License-Identifier: Apache-2.0
// What a plain scalar means: the YAML 1.1 flavour of go-yaml v2.4 (resolve.go), written as JSON.
// `yes` is true, `0644` is 420, `1e3` is 1000, `22:22` and `2024-01-01` are strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/arena.hpp"
#include "yaml/node.hpp"

namespace podseer::yaml {

/// A resolved scalar. `text` is the JSON text; it is `written` itself, a literal, or lives in the arena.
struct Resolved {
  Kind kind = Kind::String;
  std::string_view text;
  bool finite = true;     // false for .inf and .nan, which JSON cannot hold
  bool floating = false;  // go-yaml holds it as a float, even where JSON writes a whole number
};

/// Resolves an untagged plain scalar.
[[nodiscard]] Resolved resolve_plain(std::string_view written, source::Arena& arena);

/// Resolves a scalar with an explicit tag, long form ("tag:yaml.org,2002:int"). A failure is
/// go-yaml's sentence without the value, which may be secret ("cannot decode !!str `...` as a !!int").
[[nodiscard]] std::optional<std::string> resolve_tagged(std::string_view tag, std::string_view written,
                                                        source::Arena& arena, Resolved& out);

/// A number as JSON has it, from the way JSON wrote it (RFC 8259 grammar): 1.0 is 1, 1e2 is 100.
[[nodiscard]] Resolved resolve_json_number(std::string_view written, source::Arena& arena);

/// How go-yaml turns a float key into a string: single precision, Go's %g.
[[nodiscard]] std::string float_key(double value);

}  // namespace podseer::yaml
