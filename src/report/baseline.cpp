// SPDX-License-Identifier: Apache-2.0
#include "report/baseline.hpp"

#include <map>

#include "report/json_writer.hpp"
#include "report/place.hpp"
#include "report/words.hpp"

namespace podseer::report {

void write_baseline(std::span<const rules::Finding> findings, const source::SourceMap& sources, std::ostream& out) {
  std::map<std::string, std::size_t> counts;
  for (const rules::Finding& finding : findings) ++counts[finding.fingerprint];
  JsonWriter json;
  json.begin_object();
  json.text("schema", "podseer/baseline/v1");
  json.array("findings");
  for (const rules::Finding& finding : findings) {
    const auto count = counts.find(finding.fingerprint);
    if (count == counts.end()) continue;  // told with the first of its kind
    json.begin_object();
    json.text("fingerprint", finding.fingerprint);
    json.text("rule", finding.rule);
    json.text("file", place_of(sources, finding.span).file);
    json.text("object", object_of(finding));
    json.text("message", finding.message);
    json.number("count", static_cast<std::int64_t>(count->second));
    json.end_object();
    counts.erase(count);
  }
  json.end_array();
  json.end_object();
  json.write_to(out);
}

}  // namespace podseer::report
