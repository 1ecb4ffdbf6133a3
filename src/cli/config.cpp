// SPDX-License-Identifier: Apache-2.0
#include "cli/config.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/emit.hpp"
#include "cli/secrets.hpp"
#include "cli/suggest.hpp"
#include "report/frame.hpp"
#include "report/text.hpp"
#include "rules/rule.hpp"
#include "source/read.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {
namespace {
namespace fs = std::filesystem;

/// Reads one configuration file into Options; collects everything that is wrong with it.
class Reader {
 public:
  Reader(Options& options, fs::path directory) : options_(options), directory_(std::move(directory)) {}
  void read(const yaml::Node& root);
  void wrong(source::SourceSpan span, std::string sentence, std::string label = {}) {
    problems_.push_back({span, std::move(sentence), std::move(label)});
  }
  struct Problem {
    source::SourceSpan span;
    std::string sentence, label;
  };
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  using Handler = void (Reader::*)(const yaml::Entry&);
  struct Key {
    const char* name;
    Handler handler;
  };
  static const std::vector<Key>& keys();

  std::string text(const yaml::Node& node, std::string_view key);
  std::string choice(const yaml::Entry& entry, const std::vector<std::string>& known);
  std::vector<std::string> list(const yaml::Entry& entry);
  std::vector<std::string> rule_list(const yaml::Entry& entry);
  void check_rule(const yaml::Node& node, std::string_view name);
  [[nodiscard]] std::string below(const std::string& path) const {
    return path.empty() || path.front() == '/' || directory_.empty()
               ? path
               : (directory_ / path).lexically_normal().generic_string();
  }

  void world(const yaml::Entry& e) {
    const std::string value = choice(e, {"open", "closed"});
    if (!options_.closed_world) options_.closed_world = value == "closed";
  }
  void cluster(const yaml::Entry& e) {
    const std::string value = text(e.value, e.key);
    std::error_code ignored;
    const bool file = fs::exists(below(value), ignored);
    if (!options_.cluster && !value.empty()) options_.cluster = file ? below(value) : value;
  }
  void images(const yaml::Entry& e) {
    const std::string value = text(e.value, e.key);
    if (!options_.images && !value.empty()) options_.images = below(value);
  }
  void version(const yaml::Entry& e) {
    const std::string value(e.value.is_scalar() ? e.value.text() : "");
    Options probe;
    probe.kubernetes_version = value;
    if (probe.minor_version() < 0)
      wrong(e.value.span(), "'" + value + "' is no Kubernetes version", "it looks like \"1.34\"");
    else if (!options_.kubernetes_version) options_.kubernetes_version = value;
  }
  void ns(const yaml::Entry& e) {
    const std::string value = text(e.value, e.key);
    if (!options_.default_namespace && !value.empty()) options_.default_namespace = value;
  }
  void namespace_labels(const yaml::Entry& e) {
    if (!e.value.is_mapping())
      return wrong(e.value.span(), "'namespace-labels' is a mapping of labels", "write KEY: value below it");
    std::vector<std::pair<std::string, std::string>> labels;
    for (const yaml::Entry& label : e.value.entries())
      labels.emplace_back(label.key, label.value.is_scalar() ? label.value.text() : "");
    if (options_.namespace_labels.empty()) options_.namespace_labels = std::move(labels);
  }
  void external(const yaml::Entry& e) { append(options_.external, list(e)); }
  void select(const yaml::Entry& e) {
    std::vector<std::string> rules = rule_list(e);
    if (options_.select.empty()) options_.select = std::move(rules);
  }
  void ignore(const yaml::Entry& e) { append(options_.ignore, rule_list(e)); }
  void exclude(const yaml::Entry& e) { append(options_.exclude, list(e)); }
  void paths(const yaml::Entry& e) {
    std::vector<std::string> values = list(e);
    for (std::string& value : values) value = below(value);
    options_.config_paths = std::move(values);
  }
  void fail_on(const yaml::Entry& e) {
    const std::vector<std::string> known = {"certain", "likely", "possible", "never"};
    const std::string value = choice(e, known);
    const auto at = std::find(known.begin(), known.end(), value);
    if (!options_.fail_on && at != known.end()) options_.fail_on = static_cast<Options::FailOn>(at - known.begin());
  }
  void min_severity(const yaml::Entry& e) {
    const std::string value = choice(e, {"error", "warning", "note"});
    if (!options_.min_severity && !value.empty()) options_.min_severity = severity_of(value);
  }
  void severity(const yaml::Entry& e);
  void per_file_ignores(const yaml::Entry& e);
  void baseline(const yaml::Entry& e) {
    const std::string value = text(e.value, e.key);
    if (!options_.baseline && !value.empty()) options_.baseline = below(value);
  }
  void lang(const yaml::Entry& e) {
    const std::string value = choice(e, {"en", "ko"});
    if (!options_.lang && !value.empty()) options_.lang = value;
  }

  static rules::Severity severity_of(std::string_view name) {
    return name == "error"     ? rules::Severity::Error
           : name == "warning" ? rules::Severity::Warning
                               : rules::Severity::Note;
  }
  static void append(std::vector<std::string>& to, std::vector<std::string> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }

  Options& options_;
  fs::path directory_;
  std::vector<Problem> problems_;
};

const std::vector<Reader::Key>& Reader::keys() {
  static const std::vector<Key> all = {{"world", &Reader::world},       {"cluster", &Reader::cluster},
                                       {"images", &Reader::images},     {"kubernetes-version", &Reader::version},
                                       {"namespace", &Reader::ns},      {"namespace-labels", &Reader::namespace_labels},
                                       {"external", &Reader::external}, {"paths", &Reader::paths},
                                       {"exclude", &Reader::exclude},   {"select", &Reader::select},
                                       {"ignore", &Reader::ignore},     {"per-file-ignores", &Reader::per_file_ignores},
                                       {"severity", &Reader::severity}, {"min-severity", &Reader::min_severity},
                                       {"fail-on", &Reader::fail_on},   {"baseline", &Reader::baseline},
                                       {"lang", &Reader::lang}};
  return all;
}

std::string Reader::text(const yaml::Node& node, std::string_view key) {
  if (node.is_string()) return std::string(node.text());
  wrong(node.span(), "'" + std::string(key) + "' is a text");
  return {};
}

std::string Reader::choice(const yaml::Entry& entry, const std::vector<std::string>& known) {
  const std::string value(entry.value.is_scalar() ? entry.value.text() : "");
  if (std::find(known.begin(), known.end(), value) != known.end()) return value;
  std::string label = "one of:";
  for (const std::string& one : known) label += " " + one;
  const std::string near = nearest_word(value, known);
  if (!near.empty()) label = "did you mean '" + near + "'?";
  wrong(entry.value.span(), "invalid value '" + value + "' for '" + std::string(entry.key) + "'", label);
  return {};
}

std::vector<std::string> Reader::list(const yaml::Entry& entry) {
  std::vector<std::string> values;
  if (entry.value.is_string()) values.emplace_back(entry.value.text());
  for (const yaml::Node& item : entry.value.items()) {
    if (item.is_string()) values.emplace_back(item.text());
    else wrong(item.span(), "'" + std::string(entry.key) + "' is a list of texts");
  }
  if (!entry.value.is_string() && !entry.value.is_sequence() && !entry.value.is_null()) {
    wrong(entry.value.span(), "'" + std::string(entry.key) + "' is a list of texts");
  }
  return values;
}

void Reader::check_rule(const yaml::Node& node, std::string_view name) {
  std::vector<std::string> known;
  for (const rules::Rule& rule : rules::all_rules()) {
    known.emplace_back(rule.info.code);
    known.emplace_back(rule.info.name);
  }
  const bool found = name == "ALL" || std::any_of(known.begin(), known.end(), [&](const std::string& one) {
                       return one == name || (name.starts_with("POD") && one.starts_with(name));
                     });
  if (found) return;
  const std::string near = nearest_word(name, known);
  wrong(node.span(), "unknown rule '" + std::string(name) + "'", near.empty() ? "" : "did you mean '" + near + "'?");
}

std::vector<std::string> Reader::rule_list(const yaml::Entry& entry) {
  std::vector<std::string> values = list(entry);
  if (entry.value.is_string()) check_rule(entry.value, entry.value.text());
  for (const yaml::Node& item : entry.value.items()) {
    if (item.is_string()) check_rule(item, item.text());
  }
  return values;
}

void Reader::severity(const yaml::Entry& e) {
  for (const yaml::Entry& rule : e.value.entries()) {
    const yaml::Node key = yaml::Node::scalar(yaml::Kind::String, yaml::Style::Plain, rule.key_span, rule.key);
    check_rule(key, rule.key);
    const bool off = rule.value.is_bool() && !rule.value.as_bool();  // YAML 1.1 reads a plain `off` as false
    const std::string value = off ? "off" : choice(rule, {"error", "warning", "note", "off"});
    if (value == "off") options_.ignore.emplace_back(rule.key);
    else if (!value.empty()) options_.severity.emplace_back(rule.key, severity_of(value));
  }
  if (!e.value.is_mapping()) wrong(e.value.span(), "'severity' is a mapping", "write POD402: note below it");
}

void Reader::per_file_ignores(const yaml::Entry& e) {
  for (const yaml::Entry& pattern : e.value.entries()) {
    options_.per_file_ignores.emplace_back(pattern.key, rule_list(pattern));
  }
  if (!e.value.is_mapping())
    wrong(e.value.span(), "'per-file-ignores' is a mapping", "write PATTERN: [RULE, ...] below it");
}

void Reader::read(const yaml::Node& root) {
  if (root.is_null()) return;
  if (!root.is_mapping()) return wrong(root.span(), "the configuration is a mapping of keys to values");
  for (const yaml::Entry& entry : root.entries()) {
    const auto known =
        std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.name == entry.key; });
    if (known != keys().end()) {
      (this->*known->handler)(entry);
      continue;
    }
    std::vector<std::string> names;
    for (const Key& key : keys()) names.emplace_back(key.name);
    const std::string near = nearest_word(entry.key, names);
    std::string label = near.empty() ? "the keys are:" : "did you mean '" + near + "'?";
    if (near.empty()) {
      for (const std::string& name : names) label += " " + name;
    }
    wrong(entry.key_span, "unknown key '" + std::string(entry.key) + "'", label);
  }
}

std::string told(const Reader& reader, const source::SourceMap& sources, const Options& options) {
  std::string text;
  report::Report report;
  report.sources = &sources;
  report::Style style = style_of(options, false);
  style.color = false;
  for (const Reader::Problem& problem : reader.problems()) {
    text += "podseer: error: " + report::printable(problem.sentence, style.unicode) + "\n";
    for (const std::string& line : report::draw_frame(report, {{problem.span, problem.label, true}}, style))
      text += line + "\n";
  }
  return text;
}

}  // namespace

std::string find_config() {
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) return {};
  for (fs::path at = here;; at = at.parent_path()) {
    for (const char* name : {".podseer.yaml", "podseer.yaml"}) {
      if (fs::is_regular_file(at / name, failed)) return at == here ? name : (at / name).string();
    }
    if (fs::exists(at / ".git", failed) || at == at.root_path()) return {};
  }
}

std::string load_config(Options& options) {
  if (options.isolated) return {};
  const std::string path = options.config ? *options.config : find_config();
  if (path.empty()) return {};
  source::Result<std::string> bytes = source::read_input(path);
  const std::string from = options.called("--config") == "--config" ? "configuration" : options.called("--config");
  if (!bytes)
    return "podseer: error: cannot read '" + report::printable(path, true) + "' (" + from +
           "): " + bytes.failure().sentence + "\n";
  source::SourceMap sources;
  const source::FileId id = sources.add(path, std::move(bytes.value()));
  if (looks_like_manifest(sources.file(id).bytes())) {  // whose lines may be secret
    return "podseer: error: '" + report::printable(path, true) + "' (" + from +
           ") is a manifest, not a configuration\n";
  }
  const yaml::Stream stream = yaml::parse(id, sources.file(id).bytes());
  Reader reader(options, fs::path(path).parent_path());
  for (const yaml::Problem& problem : stream.problems) reader.wrong(problem.span, problem.message);
  if (reader.problems().empty() && !stream.documents.empty()) reader.read(stream.documents.front()->root);
  return told(reader, sources, options);
}

}  // namespace podseer::cli
