// SPDX-License-Identifier: Apache-2.0
// What the user is told. The only thing on this side of the pipeline that owns strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lifecycle/effect.hpp"

namespace podseer::rules {

using lifecycle::Certainty;
using source::SourceSpan;

enum class Severity : std::uint8_t { Note, Warning, Error };

/// A further place with a sentence of its own ("this ConfigMap has no such key").
struct Note {
  SourceSpan span;  // nowhere: a note without a place
  std::string message;
};

/// A text edit that mends it. `safe`: applied by --fix; otherwise only shown.
struct Edit {
  SourceSpan span;
  std::string replacement;
};
struct Fix {
  std::string title;
  std::vector<Edit> edits;
  bool safe = false;
};

struct Finding {
  std::string rule;  // "POD402"
  Severity severity = Severity::Error;
  Certainty certainty = Certainty::Certain;
  SourceSpan span;      // primary place; on one line where possible
  SourceSpan around;    // the value that `span` is a word of (a script); nowhere when there is none. A comment that
                        // ignores the finding may stand at either
  std::string message;  // one sentence without a final period
  std::string label;    // short text under the caret; may be empty
  std::vector<Note> notes;
  std::string help;        // what to change, one sentence
  std::string confirm;     // kubectl command that would confirm it; may be empty
  std::string predicts;    // the STATUS it leads to; empty when none
  std::string field_path;  // "spec.containers[0].env[1].valueFrom.configMapKeyRef.key"
  std::string object_kind, object_namespace, object_name;
  std::optional<Fix> fix;
  std::optional<lifecycle::Effect> effect;
  /// Stable across edits elsewhere: a hash of rule, object identity and field path; filled in by the engine.
  std::string fingerprint;
  /// Findings with the same root (one missing ConfigMap, seven pods) carry the same text here; may be empty.
  std::string root_cause;
  /// What the texts were filled with, so that they can be told in another language.
  std::vector<std::pair<std::string, std::string>> arguments;
};

}  // namespace podseer::rules
