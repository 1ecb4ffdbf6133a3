// SPDX-License-Identifier: Apache-2.0
// One writer a format. A reporter neither sorts nor filters nor decides the exit status.
#pragma once

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/forecast.hpp"
#include "rules/finding.hpp"
#include "source/source_file.hpp"

namespace podseer::report {

/// One document's fate, for JSON and summaries.
struct ObjectRow {
  std::string_view file;  // as given on the command line or found below it
  std::uint32_t document = 0;
  std::string_view kind, ns, name;  // ns: defaulted; into the sources
  bool accepted = true;
  std::string message;  // the server's or kubectl's words
  struct Error {
    std::string type;   // "Invalid", "Required", ...
    std::string field;  // "spec.containers[0].image"; empty where the server names none
    std::string message;
  };
  std::vector<Error> errors;
};

/// How to print.
struct Style {
  bool color = false;
  bool unicode = true;
  int width = 80;         // columns
  bool terminal = false;  // lines longer than `width` are cut, where nothing is lost by it
  bool quiet = false;     // findings only, no totals
  bool korean = false;
  std::string root;  // directory that SARIF and annotation paths are relative to
};

struct Summary {
  std::size_t files = 0, objects = 0, pods = 0;
  std::size_t errors = 0, warnings = 0, notes = 0;
  std::size_t hidden = 0;  // suppressed by ignores, baseline or selection
  double seconds = 0;      // wall time; printed by the text reporter only
};

/// What the run itself has to say, beside what it found: an input that could not be read, templates that no
/// tool was there to render.
struct Notice {
  rules::Severity level = rules::Severity::Warning;  // Error: the result lacks something
  std::string message;                               // one sentence without a final period
  std::string file;                                  // what it is about; may be empty
};

/// Everything a writer may need; all outlive the call.
struct Report {
  const source::SourceMap* sources = nullptr;
  std::span<const rules::Finding> findings;  // ordered by path, offset, code
  /// Also those that are not told (ignores, selection): they still explain the forecast. May be empty.
  std::span<const rules::Finding> all_findings;
  std::span<const lifecycle::Forecast> forecasts;  // ordered as the objects are
  std::span<const ObjectRow> objects;
  /// Values that are never shown (Secret data, credentials in env); ordered, not overlapping.
  std::span<const source::SourceSpan> secrets;
  std::span<const Notice> notices;
  Summary summary;
};

/// Writes `check`'s result. Formats: text json sarif github junit unix gcc markdown html codeclimate ...
using CheckWriter = void (*)(const Report&, const Style&, std::ostream&);
/// The writer of a format, or null.
[[nodiscard]] CheckWriter check_writer(std::string_view format);
[[nodiscard]] std::vector<std::string_view> check_formats();

/// Writes `forecast`'s result. Formats: table wide yaml json timeline.
[[nodiscard]] CheckWriter forecast_writer(std::string_view format);
[[nodiscard]] std::vector<std::string_view> forecast_formats();

}  // namespace podseer::report
