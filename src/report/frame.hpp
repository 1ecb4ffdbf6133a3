// SPDX-License-Identifier: Apache-2.0
// Code frames: the lines of the files that matter, numbered, with what matters underlined.
//
//     29 |             configMapKeyRef:
//     30 |               name: app-config
//        |                     ---------- this ConfigMap is given here
//     31 |               key: LOG_LEVL
//        |                    ^^^^^^^^ it has no key 'LOG_LEVL'
//       ::: k8s/config.yaml:6:3
//      6 |   LOG_LEVEL: info
//        |   --------- did you mean this?
//
// Columns are those of the terminal: tabs are expanded, wide characters count two, control
// characters are shown as pictures, and secret values as ***.
#pragma once

#include <string>
#include <vector>

#include "report/reporter.hpp"

namespace podseer::report {

/// One underlined place. The first primary label decides where the frame begins.
struct Label {
  source::SourceSpan span;
  std::string text;      // may be empty; shown behind or below the underline
  bool primary = false;  // ^^^ else ---
};

/// A piece of a line as it is shown: `bytes` of the line take `columns` on the screen.
struct Cell {
  std::uint32_t begin = 0, end = 0;  // byte offsets in the file
  std::string glyph;
  int columns = 1;
};

/// A line of a file ready to be shown, secrets already hidden; at most `most` bytes of it (never more
/// than 4096), beginning at its byte `from`. Tab stops are every four columns.
[[nodiscard]] std::vector<Cell> cells_of(const Report& report, const source::SourceFile& file, source::FileId id,
                                         std::uint32_t line, bool unicode, std::uint32_t from = 0,
                                         std::uint32_t most = 4096);
/// The same as plain text.
[[nodiscard]] std::string shown_line(const Report& report, source::FileId file, std::uint32_t line, bool unicode);

/// The lines of a frame, with colours when the style has them, without line breaks.
[[nodiscard]] std::vector<std::string> draw_frame(const Report& report, std::vector<Label> labels, const Style& style);

/// Digits that the largest line number of these labels needs; at least 1.
[[nodiscard]] int gutter_of(const Report& report, const std::vector<Label>& labels);

}  // namespace podseer::report
