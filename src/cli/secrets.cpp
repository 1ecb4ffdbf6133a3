// SPDX-License-Identifier: Apache-2.0
#include "cli/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace podseer::cli {
namespace {

/// Shorter values are words that may well stand in a message by chance.
constexpr std::size_t kShortestSecret = 6;
constexpr int kDeepest = 32;

/// Names of variables and keys that hold credentials, in capitals and without separators.
constexpr std::array<std::string_view, 12> kTelling = {"PASSWORD", "PASSWD",     "PASSPHRASE", "SECRET",    "TOKEN",     "APIKEY",
                                                       "PRIVATEKEY", "ACCESSKEY", "CREDENTIAL", "AUTHKEY", "SIGNINGKEY", "ENCRYPTIONKEY"};

bool tells_a_secret(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) plain += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  for (const std::string_view end : {"FILE", "PATH", "NAME", "DIR", "URL", "TTL", "TYPE", "REF"}) {
    if (plain.ends_with(end)) return false;  // SECRET_NAME, TOKEN_FILE: where it is, not what it is
  }
  return std::any_of(kTelling.begin(), kTelling.end(), [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

using Spans = std::vector<source::SourceSpan>;

void add_values(const yaml::Node* map, Spans& spans) {
  if (map == nullptr) return;
  for (const yaml::Entry& entry : map->entries()) {
    if (!entry.value.is_null()) spans.push_back(entry.value.span());
  }
}

void add_secret_object(const yaml::Node& root, Spans& spans) {
  add_values(root.find("data"), spans);
  add_values(root.find("stringData"), spans);
  if (const yaml::Node* annotations = root.find("metadata", "annotations")) {
    const yaml::Node* copy = annotations->find("kubectl.kubernetes.io/last-applied-configuration");
    if (copy != nullptr) spans.push_back(copy->span());
  }
}

/// `--db-password=x` as a word of a command line: what is behind the `=`.
void add_flag(const yaml::Node& word, Spans& spans) {
  const std::string_view text = word.text();
  const std::size_t equals = text.find('=');
  if (!text.starts_with('-') || equals == std::string_view::npos || equals + 1 == text.size()) return;
  if (text[equals + 1] == '$' || !tells_a_secret(text.substr(0, equals))) return;
  const source::SourceSpan span = word.span();
  const bool plain = span.end - span.begin == text.size();
  const auto skip = static_cast<std::uint32_t>(plain ? equals + 1 : 0);
  spans.push_back({span.file, span.begin + skip, span.end});
}

/// `{name: DB_PASSWORD, value: x}` anywhere in the object.
void add_credentials(const yaml::Node& node, Spans& spans, int depth) {
  if (depth > kDeepest) return;
  for (const yaml::Node& item : node.items()) {
    if (item.is_string()) add_flag(item, spans);
    else add_credentials(item, spans, depth + 1);
  }
  if (!node.is_mapping()) return;
  const yaml::Node* name = node.find("name");
  const yaml::Node* value = node.find("value");
  if (name != nullptr && value != nullptr && name->is_string() && value->is_scalar() && !value->is_null() &&
      value->text().find("$(") == std::string_view::npos && tells_a_secret(name->text())) {
    spans.push_back(value->span());
  }
  for (const yaml::Entry& entry : node.entries()) add_credentials(entry.value, spans, depth + 1);
}

void add_config_map(const yaml::Node& root, Spans& spans) {
  const yaml::Node* data = root.find("data");
  if (data == nullptr) return;
  for (const yaml::Entry& entry : data->entries()) {
    if (tells_a_secret(entry.key)) spans.push_back(entry.value.span());
  }
}

/// What stands behind the documents that could be read, when it says that it is a Secret: nobody
/// knows its keys, so every value of it is one, apart from those that say what the object is.
void add_unread(const FileUnit& unit, const source::SourceMap& sources, Spans& spans) {
  if (!unit.stream.failed()) return;
  const std::string_view bytes = sources.file(unit.file).bytes();
  std::size_t at = unit.stream.documents.empty() ? 0 : unit.stream.documents.back()->span.end;
  if (bytes.find("Secret", at) == std::string_view::npos) return;
  while (at < bytes.size()) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    std::size_t begin = std::min(line.find_first_not_of(" \t-"), line.size());
    const std::size_t colon = line.find(':', begin);
    const std::string_view key = line.substr(begin, colon == std::string_view::npos ? 0 : colon - begin);
    const bool tells = key == "apiVersion" || key == "kind" || key == "name" || key == "namespace" || key == "type";
    if (colon != std::string_view::npos) begin = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    if (!tells && begin < line.size() && line.find("{{") == std::string_view::npos) {
      spans.push_back({unit.file, static_cast<std::uint32_t>(at + begin), static_cast<std::uint32_t>(end)});
    }
    at = end + 1;
  }
}

void collect_texts(const yaml::Node* map, std::vector<std::string>& texts) {
  if (map == nullptr) return;
  for (const yaml::Entry& entry : map->entries()) {
    if (entry.value.is_string() && entry.value.text().size() >= kShortestSecret) texts.emplace_back(entry.value.text());
  }
}

void hide(const std::vector<std::string>& secrets, std::string& text) {
  for (const std::string& secret : secrets) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
}

}  // namespace

std::vector<source::SourceSpan> secret_spans(const Analysis& analysis) {
  Spans spans;
  const auto add = [&](const std::deque<FileUnit>& files) {
    for (const FileUnit& file : files) {
      add_unread(file, analysis.sources, spans);
      for (const kube::Object& object : file.objects) {
        if (object.root == nullptr) continue;
        if (object.kind == "Secret") add_secret_object(*object.root, spans);
        else if (object.kind == "ConfigMap") add_config_map(*object.root, spans);
        else add_credentials(*object.root, spans, 0);
      }
    }
  };
  add(analysis.files);
  add(analysis.rendered_from);
  add(analysis.context.cluster_files);
  std::erase_if(spans, [](const source::SourceSpan& span) { return !span.exists() || span.begin == span.end; });
  std::sort(spans.begin(), spans.end(), [](const source::SourceSpan& a, const source::SourceSpan& b) {
    if (a.file != b.file) return a.file < b.file;
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  Spans apart;
  for (const source::SourceSpan& span : spans) {
    const bool inside = !apart.empty() && apart.back().file == span.file && span.begin < apart.back().end;
    if (!inside) apart.push_back(span);
    else apart.back().end = std::max(apart.back().end, span.end);
  }
  return apart;
}

void redact(Analysis& analysis) {
  if (analysis.findings.empty()) return;
  std::vector<std::string> texts;
  for (const std::deque<FileUnit>* files : {&analysis.files, &analysis.rendered_from, &analysis.context.cluster_files}) {
    for (const FileUnit& file : *files) {
      for (const kube::Object& object : file.objects) {
        if (object.kind != "Secret" || object.root == nullptr) continue;
        collect_texts(object.root->find("data"), texts);
        collect_texts(object.root->find("stringData"), texts);
      }
    }
  }
  if (texts.empty()) return;
  for (rules::Finding& finding : analysis.findings) {
    hide(texts, finding.message);
    hide(texts, finding.label);
    hide(texts, finding.help);
    for (rules::Note& note : finding.notes) hide(texts, note.message);
  }
}

}  // namespace podseer::cli
