// SPDX-License-Identifier: Apache-2.0
// rules/facts/official-images.yaml as a sorted table.
#include <algorithm>
#include <vector>

#include "generate/literal.hpp"
#include "generate/rules.hpp"
#include "yaml/document.hpp"

namespace podseer::generate {

std::string write_official_images(const std::filesystem::path& root, std::ostream& out) {
  std::string error;
  const std::string text = read_all(root / "rules/facts/official-images.yaml", error);
  if (!error.empty()) return error;
  const yaml::Stream stream = yaml::parse(0, text);
  const yaml::Node* names = stream.documents.empty() ? nullptr : stream.documents.front()->root.find("names");
  if (stream.failed() || names == nullptr) return "rules/facts/official-images.yaml has no names";
  std::vector<std::string> sorted;
  for (const yaml::Node& name : names->items()) sorted.emplace_back(name.text());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  out << "// Made from rules/facts/official-images.yaml by podseer_generate; not edited by hand.\n"
         "#include \"rules/official_images.hpp\"\n\n#include <algorithm>\n\nnamespace podseer::rules {\n"
         "using namespace std::string_view_literals;\n\nstatic constexpr std::string_view kNames[] = {\n";
  for (const std::string& name : sorted) out << "  " << literal(name) << ",\n";
  out << "};\n\nbool official_image(std::string_view name) {\n"
         "  return std::binary_search(std::begin(kNames), std::end(kNames), name);\n}\n\n}  // namespace "
         "podseer::rules\n";
  return {};
}

}  // namespace podseer::generate
