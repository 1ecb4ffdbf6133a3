// SPDX-License-Identifier: Apache-2.0
// Numbers with unit, version and source become named constants. The names are declared in
// src/lifecycle/facts.hpp: one that is missing here is a link error, one of another type a compile
// error.
#include "generate/facts.hpp"

#include <fstream>
#include <sstream>
#include <string_view>

#include "yaml/document.hpp"

namespace podseer::generate {

std::string write_facts(const std::filesystem::path& root, std::ostream& out) {
  const std::filesystem::path path = root / "rules/facts/kubelet.yaml";
  std::ifstream in(path, std::ios::binary);
  if (!in) return "cannot read " + path.string();
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const std::string text = bytes.str();
  const yaml::Stream stream = yaml::parse(0, text);
  if (stream.failed()) return path.string() + ": " + stream.problems.front().message;
  const yaml::Node* facts = stream.documents.empty() ? nullptr : stream.documents.front()->root.find("facts");
  if (facts == nullptr) return path.string() + ": has no facts";
  out << "// Made from rules/facts/kubelet.yaml by podseer_generate; not edited by hand.\n"
         "#include \"lifecycle/facts.hpp\"\n\nnamespace podseer::lifecycle::facts {\n\n";
  for (const yaml::Node& fact : facts->items()) {
    const auto get = [&](std::string_view key) {
      const yaml::Node* node = fact.find(key);
      return node == nullptr ? std::string_view{} : node->text();
    };
    const std::string name(get("name"));
    for (const std::string_view key : {"name", "value", "unit", "version", "source", "meaning"}) {
      if (get(key).empty()) return path.string() + ": fact '" + name + "' has no " + std::string(key);
    }
    const yaml::Node* value = fact.find("value");
    const bool seconds = get("unit") == "seconds";
    if (!seconds && get("unit") != "code" && get("unit") != "count") {
      return path.string() + ": fact '" + name + "': unit is seconds, code or count";
    }
    if (seconds ? !value->is_number() : !value->is_int())
      return path.string() + ": fact '" + name + "': value is no number of that unit";
    out << "const " << (seconds ? "Seconds " : "std::int64_t ") << name << " = " << value->text() << ";\n";
  }
  out << "\n}  // namespace podseer::lifecycle::facts\n";
  return {};
}

}  // namespace podseer::generate
