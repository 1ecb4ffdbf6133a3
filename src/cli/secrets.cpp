// SPDX-License-Identifier: Apache-2.0
#include "cli/secrets.hpp"

#include <algorithm>
#include <bitset>
#include <optional>
#include <string_view>
#include <utility>

#include "kube/names.hpp"
#include "process/environment.hpp"

namespace podseer::cli {
namespace {

/// Shorter values are words that may well stand in a message by chance.
constexpr std::size_t kShortestSecret = 6;
constexpr int kDeepest = 32;

using Spans = std::vector<source::SourceSpan>;

/// What of a text is secret: all of it, or the password of a URL.
struct Piece {
  std::size_t begin = 0, end = 0;
};
std::optional<Piece> url_password(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', scheme + 3), at = text.find('@', scheme + 3);
  const std::size_t stop = text.find_first_of("/ \n", scheme + 3);
  if (colon == std::string_view::npos || at == std::string_view::npos || colon + 1 >= at || at > stop) return std::nullopt;
  if (text.substr(colon + 1, 2) == "$(" || text.substr(colon + 1, 2) == "${") return std::nullopt;
  return Piece{colon + 1, at};
}

/// Takes note of every place and text that is never shown.
class Finder {
 public:
  Spans spans;
  std::vector<std::string> texts;  // to be looked for in messages

  /// A Secret: every value but those that say which object it is, wherever a slip of the pen put it.
  void secret_object(const yaml::Node& root) {
    words_too_ = true;
    for (const yaml::Entry& entry : root.entries()) {
      const std::string_view key = entry.key;
      if (key == "apiVersion" || key == "kind" || key == "type" || key == "immutable") continue;
      if (key == "metadata") secret_metadata(entry.value);
      else all(entry.value, key == "data", 0);
    }
  }

  void config_map(const yaml::Node& root) {
    words_too_ = false;
    const yaml::Node* data = root.find("data");
    if (data == nullptr) return;
    for (const yaml::Entry& entry : data->entries()) {
      if (kube::names_a_credential(entry.key)) all(entry.value, false, 0);
      else scalar(entry.value);
    }
  }

  /// `{name: DB_PASSWORD, value: x}`, `--token x` and URLs with a password anywhere in the object.
  void credentials(const yaml::Node& node, int depth) {
    if (depth > kDeepest) return;
    bool is_credential = false;  // the word before is a flag that takes one
    for (const yaml::Node& item : node.items()) {
      if (!item.is_string()) {
        credentials(item, depth + 1);
        is_credential = false;
        continue;
      }
      const std::string_view text = item.text();
      const bool flag = text.starts_with('-') && text.find_first_of("= ") == std::string_view::npos;
      if (is_credential && !flag && !text.starts_with('$')) whole(item, false);
      else words(item);
      is_credential = flag && kube::names_a_credential(text);
    }
    if (!node.is_mapping()) return;
    const yaml::Node* name = node.find("name");
    const yaml::Node* value = node.find("value");
    if (name != nullptr && value != nullptr && name->is_string() && value->is_scalar() && !value->is_null() &&
        value->text().find("$(") == std::string_view::npos && kube::names_a_credential(name->text())) {
      whole(*value, false);
    }
    for (const yaml::Entry& entry : node.entries()) {
      if (entry.value.is_string()) scalar(entry.value);
      else credentials(entry.value, depth + 1);
    }
  }

  void other_object(const yaml::Node& root) {
    words_too_ = false;
    credentials(root, 0);
  }

  /// A value whose key is given again later: it is not in the tree.
  void dropped(const FileUnit& file, std::string_view bytes) {
    for (const yaml::Problem& problem : file.stream.problems) {
      if (problem.kind != yaml::Problem::Kind::DuplicateKey || problem.related.begin <= problem.span.end) continue;
      std::string_view key = bytes.substr(problem.span.begin, problem.span.end - problem.span.begin);
      bool hidden = kube::names_a_credential(key) || key == "value" || key == "\"value\"";
      for (const kube::Object& object : file.objects) {
        if (object.kind != "Secret" || object.root == nullptr) continue;
        const source::SourceSpan span = object.root->span();
        hidden = hidden || (span.begin <= problem.span.begin && problem.span.end <= span.end);
      }
      if (!hidden) continue;
      std::size_t begin = problem.span.end, end = problem.related.begin;
      while (begin < end && (bytes[begin] == ':' || bytes[begin] == ' ' || bytes[begin] == '\t')) ++begin;
      while (end > begin && std::string_view(" \t\r\n,").find(bytes[end - 1]) != std::string_view::npos) --end;
      spans.push_back({file.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
  }

 private:
  void secret_metadata(const yaml::Node& metadata) {
    for (const yaml::Entry& entry : metadata.entries()) {
      if (entry.key != "annotations") continue;
      const yaml::Node* copy = entry.value.find("kubectl.kubernetes.io/last-applied-configuration");
      if (copy != nullptr) whole(*copy, false);
    }
  }

  void all(const yaml::Node& node, bool encoded, int depth) {
    if (depth > kDeepest || node.is_null()) return;
    if (node.is_scalar()) return whole(node, encoded);
    for (const yaml::Node& item : node.items()) all(item, encoded, depth + 1);
    for (const yaml::Entry& entry : node.entries()) all(entry.value, encoded, depth + 1);
  }

  void whole(const yaml::Node& node, bool encoded) {
    spans.push_back(node.span());
    remember(node.text());
    if (!encoded) return;
    if (const std::optional<std::string> plain = process::decode_base64(node.text())) remember(*plain);
  }

  void piece(const yaml::Node& node, Piece piece) {
    const source::SourceSpan span = node.span();
    const bool plain = span.end - span.begin == node.text().size();  // else the bytes are other than the text
    spans.push_back(plain ? source::SourceSpan{span.file, span.begin + static_cast<std::uint32_t>(piece.begin), span.begin + static_cast<std::uint32_t>(piece.end)} : span);
    remember(node.text().substr(piece.begin, piece.end - piece.begin));
  }

  void scalar(const yaml::Node& node) {
    if (!node.is_string()) return;
    if (const std::optional<Piece> found = url_password(node.text())) piece(node, *found);
  }

  /// `--db-password=x` as a word of a command line: what is behind the `=`.
  void words(const yaml::Node& word) {
    const std::string_view text = word.text();
    const std::size_t equals = text.find('=');
    const bool flag = text.starts_with('-') && equals != std::string_view::npos && equals + 1 < text.size() && text[equals + 1] != '$';
    if (flag && kube::names_a_credential(text.substr(0, equals))) piece(word, {equals + 1, text.size()});
    else scalar(word);
  }

  /// A text of several lines may be shown line by line.
  void remember(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
      const bool word = std::all_of(line.begin(), line.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if (line.size() >= kShortestSecret && (words_too_ || !word)) texts.emplace_back(line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  /// A plain word in a variable (`POSTGRES_PASSWORD: postgres`) is hidden where it stands, but not in
  /// messages: there it would take away names and images.
  bool words_too_ = false;
};

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

/// Takes secret texts out of others; what a text costs depends on its length, not on the number of secrets.
class Hider {
 public:
  explicit Hider(std::vector<std::string> texts) : texts_(std::move(texts)) {
    std::sort(texts_.begin(), texts_.end());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
    for (const std::string& text : texts_) begins_[begin_of(text)] = true;
  }
  [[nodiscard]] bool empty() const { return texts_.empty(); }

  void hide(std::string& text) const {
    for (std::size_t at = 0; at + kShortestSecret <= text.size(); ++at) {
      if (!begins_[begin_of(std::string_view(text).substr(at))]) continue;
      const std::size_t length = longest_at(std::string_view(text).substr(at));
      if (length == 0) continue;
      text.replace(at, length, "***");
      at += 2;
    }
  }

 private:
  static std::size_t begin_of(std::string_view text) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[0])) << 8U | static_cast<unsigned char>(text[1]);
  }
  /// The longest secret that `rest` begins with: among those that sort before it, with the same first bytes.
  [[nodiscard]] std::size_t longest_at(std::string_view rest) const {
    auto after = std::upper_bound(texts_.begin(), texts_.end(), rest, [](std::string_view a, std::string_view b) { return a < b; });
    while (after != texts_.begin()) {
      const std::string& text = *--after;
      if (rest.starts_with(text)) return text.size();
      if (text.compare(0, kShortestSecret, rest.substr(0, kShortestSecret)) != 0) return 0;
    }
    return 0;
  }

  std::vector<std::string> texts_;
  std::bitset<65536> begins_;
};

Finder find_secrets(const Analysis& analysis) {
  Finder finder;
  for (const std::deque<FileUnit>* files : {&analysis.files, &analysis.rendered_from, &analysis.context.cluster_files}) {
    for (const FileUnit& file : *files) {
      add_unread(file, analysis.sources, finder.spans);
      if (!file.stream.problems.empty()) finder.dropped(file, analysis.sources.file(file.file).bytes());
      for (const kube::Object& object : file.objects) {
        if (object.root == nullptr) continue;
        if (object.kind == "Secret") finder.secret_object(*object.root);
        else if (object.kind == "ConfigMap") finder.config_map(*object.root);
        else finder.other_object(*object.root);
      }
    }
  }
  return finder;
}

}  // namespace

std::vector<source::SourceSpan> secret_spans(const Analysis& analysis) {
  Spans spans = find_secrets(analysis).spans;
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

void hide_secrets(const Analysis& analysis, std::string& text) { Hider(find_secrets(analysis).texts).hide(text); }

bool looks_like_manifest(std::string_view bytes) {
  return bytes.find("apiVersion") != std::string_view::npos && bytes.find("kind") != std::string_view::npos;
}

void redact(Analysis& analysis) {
  const bool told = !analysis.findings.empty() || std::any_of(analysis.forecasts.begin(), analysis.forecasts.end(),
                                                              [](const lifecycle::Forecast& row) { return !row.healthy(); });
  if (!told) return;
  const Hider hider(find_secrets(analysis).texts);
  if (hider.empty()) return;
  for (rules::Finding& finding : analysis.findings) {
    for (std::string* text : {&finding.message, &finding.label, &finding.help, &finding.confirm, &finding.root_cause}) hider.hide(*text);
    for (rules::Note& note : finding.notes) hider.hide(note.message);
    for (auto& [name, value] : finding.arguments) hider.hide(value);
    if (finding.effect) hider.hide(finding.effect->message);
  }
  for (lifecycle::Forecast& row : analysis.forecasts) {
    for (std::string* text : {&row.reason_text, &row.message, &row.status_message}) hider.hide(*text);
    for (lifecycle::Condition& condition : row.conditions) hider.hide(condition.message);
    for (auto* statuses : {&row.init_statuses, &row.container_statuses}) {
      for (lifecycle::ContainerStatus& status : *statuses) hider.hide(status.message);
    }
  }
  for (report::ObjectRow& row : analysis.objects) {
    hider.hide(row.message);
    for (report::ObjectRow::Error& error : row.errors) hider.hide(error.message);
  }
}

}  // namespace podseer::cli
