// SPDX-License-Identifier: Apache-2.0
// Our decoding against what kubectl's own decoder made of the same bytes: documents or an error.
#include <cstdio>
#include <string>
#include <vector>

#include "catch.hpp"
#include "paths.hpp"
#include "yaml/document.hpp"

using namespace podseer;
using yaml::Node;

namespace {

bool same(const Node& a, const Node& b) {
  if (a.is_mapping() && b.is_mapping()) {
    if (a.size() != b.size()) return false;
    for (const yaml::Entry& entry : a.entries()) {
      const Node* other = b.find(entry.key);
      if (other == nullptr || !same(entry.value, *other)) return false;
    }
    return true;
  }
  if (a.is_sequence() && b.is_sequence()) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!same(a.items()[i], b.items()[i])) return false;
    }
    return true;
  }
  return a.kind() == b.kind() && a.text() == b.text();
}

}  // namespace

TEST_CASE("decodes like kubectl, documents and errors", "[yaml][truth]") {
  const auto directory = tests::shared_path("truth/yaml");
  if (!directory) {
    std::printf("skipped: truth/yaml is not here\n");
    return;
  }
  const std::string lines = tests::read_file(*directory / "truth.jsonl");
  std::string differences;
  int total = 0, agree = 0, same_error = 0, errors = 0;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string line = lines.substr(at, end - at);
    at = end + 1;
    const yaml::Stream row = yaml::parse(0, line);
    REQUIRE(row.documents.size() == 1);
    const Node& truth = row.documents[0]->root;
    const std::string name(truth.find("file")->text());
    const std::string expected_error(truth.find("error")->text());
    const std::string bytes = tests::read_file(*directory / name);
    const yaml::Stream ours = yaml::parse(0, bytes);
    ++total;
    std::vector<const Node*> documents;
    for (const auto& document : ours.documents) documents.push_back(&document->root);
    std::vector<const Node*> wanted;
    for (const Node& document : truth.find("docs")->items()) {
      if (!document.is_null()) wanted.push_back(&document);
    }
    bool good = ours.failed() == !expected_error.empty() && documents.size() == wanted.size();
    for (std::size_t i = 0; good && i < documents.size(); ++i) good = same(*documents[i], *wanted[i]);
    agree += good ? 1 : 0;
    std::string got;
    for (const auto& problem : ours.problems) {
      if (yaml::is_fatal(problem.kind)) got = problem.kubectl;
    }
    if (!expected_error.empty()) {
      ++errors;
      same_error += got == expected_error ? 1 : 0;
    }
    if (!good || got != expected_error) {
      differences +=
          name + (good ? " (message)" : " (verdict)") + "\n  wanted: " + expected_error + "\n  got:    " + got + "\n";
    }
  }
  std::printf("truth/yaml: %d of %d agree, %d of %d errors word for word\n", agree, total, same_error, errors);
  INFO(differences);
  CHECK(agree * 100 >= total * 97);
  CHECK(same_error * 100 >= errors * 85);
}
