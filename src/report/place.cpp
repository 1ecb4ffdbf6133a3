// SPDX-License-Identifier: Apache-2.0
#include "report/place.hpp"

#include <algorithm>

namespace podseer::report {

Place place_of(const source::SourceMap& sources, source::SourceSpan span) {
  if (!span.exists() || span.file >= sources.size()) return {};
  const source::SourceFile& file = sources.file(span.file);
  const source::LineColumn begin = file.position(span.begin);
  const source::LineColumn end = file.position(std::max(span.begin, span.end));
  return {file.path(), begin.line, begin.column, end.line, end.column};
}

}  // namespace podseer::report
