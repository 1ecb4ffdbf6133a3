// SPDX-License-Identifier: Apache-2.0
#include "report/place.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {

void write_check_text(const Report& report, const Style& style, std::ostream& out) {
  for (const rules::Finding& finding : report.findings) {
    const Place place = place_of(*report.sources, finding.span);
    out << printable(place.file, style.unicode) << ':' << place.line << ':' << place.column << ": "
        << name_of(finding.severity) << '[' << finding.rule << "]: " << printable(finding.message, style.unicode) << '\n';
  }
  out << count_of(report.summary.errors, "error") << ", " << count_of(report.summary.warnings, "warning") << " in "
      << count_of(report.summary.objects, "object") << " (" << count_of(report.summary.files, "file") << ")\n";
}

}  // namespace podseer::report
