// SPDX-License-Identifier: Apache-2.0
// The rule catalogue: every rules/PODnnn-name.yaml becomes one line of a table, together with its
// page (testdata/rules/PODnnn-name.md), its Korean texts (rules/ko/, optional) and the function that
// decides it. The function's name is the stem in snake_case, so a rule without its function is a link
// error that names it, and no list is kept by hand.
#include "generate/rules.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "generate/literal.hpp"
#include "yaml/document.hpp"

namespace podseer::generate {
namespace fs = std::filesystem;
namespace {

struct RuleFile {
  std::string stem, text;
  yaml::Stream stream;
  std::string ko_text;
  yaml::Stream ko_stream;
  std::string page;

  [[nodiscard]] static std::string_view get(const yaml::Stream& from, std::string_view key) {
    if (from.documents.empty()) return {};
    const yaml::Node* node = from.documents.front()->root.find(key);
    return node == nullptr ? std::string_view{} : node->text();
  }
  [[nodiscard]] std::string_view get(std::string_view key) const { return get(stream, key); }
  [[nodiscard]] std::string_view ko(std::string_view key) const { return get(ko_stream, key); }
  [[nodiscard]] std::string function() const {
    std::string name = stem;
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
  }
};

constexpr std::string_view kKeys[] = {"code",    "name",   "title", "predicts", "certainty", "severity",
                                      "message", "why",    "help",  "confirm",  "since",     "basis",
                                      "stage",   "params", "label", "check"};

std::string enumerator(std::string_view word) {
  std::string name(word);
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

// Why the file is no rule; empty when it is one.
std::string check(const RuleFile& rule) {
  if (rule.stream.failed() || rule.stream.documents.empty()) {
    return rule.stream.problems.empty() ? "is empty" : rule.stream.problems.front().message;
  }
  const yaml::Node& root = rule.stream.documents.front()->root;
  for (const yaml::Entry& entry : root.entries()) {
    if (std::find(std::begin(kKeys), std::end(kKeys), entry.key) == std::end(kKeys)) {
      return "unknown key " + std::string(entry.key);
    }
  }
  for (const std::string_view key :
       {"code", "name", "title", "certainty", "severity", "message", "why", "help", "since", "basis"}) {
    if (rule.get(key).empty()) return "has no " + std::string(key);
  }
  if (rule.stem != std::string(rule.get("code")) + "-" + std::string(rule.get("name"))) {
    return "code and name do not make the file's name";
  }
  const std::string_view certainty = rule.get("certainty");
  if (certainty != "certain" && certainty != "likely" && certainty != "possible")
    return "certainty is certain, likely or possible";
  const std::string_view severity = rule.get("severity");
  if (severity != "error" && severity != "warning" && severity != "note") return "severity is error, warning or note";
  return {};
}

}  // namespace

std::string write_rules(const fs::path& root, std::ostream& out) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "rules")) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RuleFile> rules(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    RuleFile& rule = rules[i];
    std::string error;
    rule.stem = paths[i].stem().string();
    rule.text = read_all(paths[i], error);
    rule.stream = yaml::parse(0, rule.text);
    const std::string wrong = check(rule);
    if (!wrong.empty()) return paths[i].string() + ": " + wrong;
    rule.page = read_all(root / "testdata/rules" / (rule.stem + ".md"), error);
    if (!error.empty()) return error;
    const fs::path korean = root / "rules/ko" / (rule.stem + ".yaml");
    if (fs::exists(korean)) {
      rule.ko_text = read_all(korean, error);
      rule.ko_stream = yaml::parse(0, rule.ko_text);
      if (rule.ko_stream.failed()) return korean.string() + ": " + rule.ko_stream.problems.front().message;
    }
  }

  out << "// Made from rules/*.yaml by podseer_generate; not edited by hand.\n"
         "#include \"rules/rule.hpp\"\n\nnamespace podseer::rules {\nusing namespace std::string_view_literals;\n\n";
  for (const RuleFile& rule : rules) {
    if (rule.get("stage").empty()) out << "void " << rule.function() << "(const kube::PodTemplate&, RuleContext&);\n";
  }
  for (const RuleFile& rule : rules) {
    const yaml::Node* params = rule.stream.documents.front()->root.find("params");
    if (params == nullptr || params->entries().empty()) continue;
    out << "static constexpr Parameter k" << rule.get("code") << "Parameters[] = {\n";
    for (const yaml::Entry& param : params->entries()) {
      const yaml::Node* value = param.value.find("value");
      const yaml::Node* unit = param.value.find("unit");
      const yaml::Node* source = param.value.find("source");
      if (value == nullptr || !value->is_number() || unit == nullptr || source == nullptr) {
        return rule.stem + ": params." + std::string(param.key) + " needs value (a number), unit and source";
      }
      out << "  {" << literal(param.key) << ", " << value->text() << ", " << literal(unit->text()) << "},\n";
    }
    out << "};\n";
  }
  out << "\nstatic constexpr Rule kRules[] = {\n";
  for (const RuleFile& rule : rules) {
    out << "  {{.code = " << literal(rule.get("code")) << ",\n    .name = " << literal(rule.get("name"));
    for (const std::string_view key : {"title", "predicts"})
      out << ",\n    ." << key << " = " << literal(rule.get(key));
    out << ",\n    .certainty = Certainty::" << enumerator(rule.get("certainty"))
        << ",\n    .severity = Severity::" << enumerator(rule.get("severity"));
    for (const std::string_view key : {"message", "label", "why", "help", "confirm", "since", "basis", "stage"}) {
      out << ",\n    ." << key << " = " << literal(rule.get(key));
    }
    out << ",\n    .title_ko = " << literal(rule.ko("title")) << ",\n    .message_ko = " << literal(rule.ko("message"))
        << ",\n    .why_ko = " << literal(rule.ko("why")) << ",\n    .help_ko = " << literal(rule.ko("help"))
        << ",\n    .page = " << literal(rule.page);
    const yaml::Node* params = rule.stream.documents.front()->root.find("params");
    out << ",\n    .parameters = ";
    if (params != nullptr && !params->entries().empty()) {
      out << "k" << rule.get("code") << "Parameters";
    } else {
      out << "{}";
    }
    out << "},\n   " << (rule.get("stage").empty() ? "&" + rule.function() : std::string("nullptr")) << "},\n";
  }
  out << "};\n\nstd::span<const Rule> all_rules() { return kRules; }\n\n}  // namespace podseer::rules\n";
  return {};
}

std::string write_topics(const fs::path& root, std::ostream& out) {
  std::vector<fs::path> paths;
  std::error_code none;  // a checkout without topics has none
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "rules/topics", none)) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  out << "// Made from rules/topics/*.md by podseer_generate; not edited by hand.\n"
         "#include \"rules/topic.hpp\"\n\nnamespace podseer::rules {\nusing namespace std::string_view_literals;\n\n"
         "static constexpr Topic kTopics[] = {\n";
  for (const fs::path& path : paths) {
    std::string error;
    const std::string page = read_all(path, error);
    if (!error.empty()) return error;
    out << "  {" << literal(path.stem().string()) << ", " << literal(page) << "},\n";
  }
  if (paths.empty()) out << "  {{}, {}},\n";
  out << "};\n\nstd::span<const Topic> all_topics() { return "
      << (paths.empty() ? "std::span<const Topic>{}" : "kTopics") << "; }\n\n}  // namespace podseer::rules\n";
  return {};
}

}  // namespace podseer::generate
