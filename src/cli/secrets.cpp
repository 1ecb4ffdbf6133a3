// SPDX-License-Identifier: Apache-2.0
#include "cli/secrets.hpp"

#include <algorithm>
#include <bitset>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "kube/names.hpp"
#include "kube/schema.hpp"
#include "source/base64.hpp"

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
  if (colon == std::string_view::npos || at == std::string_view::npos || colon + 1 >= at || at > stop)
    return std::nullopt;
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
    if (const std::optional<std::string> plain = source::decode_base64(node.text())) remember(*plain);
  }

  void piece(const yaml::Node& node, Piece piece) {
    const source::SourceSpan span = node.span();
    const bool plain = span.end - span.begin == node.text().size();  // else the bytes are other than the text
    spans.push_back(plain ? source::SourceSpan{span.file, span.begin + static_cast<std::uint32_t>(piece.begin),
                                               span.begin + static_cast<std::uint32_t>(piece.end)}
                          : span);
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
    const bool flag = text.starts_with('-') && equals != std::string_view::npos && equals + 1 < text.size() &&
                      text[equals + 1] != '$';
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
    auto after = std::upper_bound(texts_.begin(), texts_.end(), rest,
                                  [](std::string_view a, std::string_view b) { return a < b; });
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

void find_secrets(const FileUnit& file, const source::SourceMap& sources, Finder& finder) {
  add_unread(file, sources, finder.spans);
  if (!file.stream.problems.empty()) finder.dropped(file, sources.file(file.file).bytes());
  for (const kube::Object& object : file.objects) {
    if (object.root == nullptr) continue;
    if (object.kind == "Secret") finder.secret_object(*object.root);
    else if (object.kind == "ConfigMap") finder.config_map(*object.root);
    else finder.other_object(*object.root);
  }
}

using Files = std::vector<const FileUnit*>;

Files all_files(const Analysis& analysis) {
  Files all;
  for (const std::deque<FileUnit>* files :
       {&analysis.files, &analysis.rendered_from, &analysis.context.cluster_files}) {
    for (const FileUnit& file : *files) all.push_back(&file);
  }
  return all;
}

/// In the order of the files, not overlapping.
void put_in_order(Spans& spans) {
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
  spans = std::move(apart);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_part(char c) { return is_letter(c) || c == '-' || (c >= '0' && c <= '9'); }

/// `postgres`, `my-app`: letters and dashes, as names, images and fields are written.
bool is_plain_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || c == '-'; });
}

/// Calls `take(word)` for the words of a file that stand outside its secrets.
template <typename Take>
void for_each_open_word(std::string_view bytes, source::FileId file, const Spans& secrets, Take take) {
  auto secret =
      std::lower_bound(secrets.begin(), secrets.end(), file,
                       [](const source::SourceSpan& span, source::FileId wanted) { return span.file < wanted; });
  std::size_t at = 0;
  while (at < bytes.size()) {
    while (secret != secrets.end() && secret->file == file && secret->end <= at) ++secret;
    if (secret != secrets.end() && secret->file == file && secret->begin <= at) {
      at = secret->end;
      continue;
    }
    const std::size_t begin = at;
    while (at < bytes.size() && is_word_part(bytes[at])) ++at;
    if (at == begin) ++at;
    else take(bytes.substr(begin, at - begin));
  }
}

/// The texts of these files that no message shows. A plain word that stands in the open as well (the user
/// `postgres` beside the image of that name), or that Kubernetes itself writes (`Always`), tells nobody a secret,
/// and without it messages cannot be read.
std::vector<std::string> texts_to_hide(const Files& files, const source::SourceMap& sources) {
  Finder finder;
  for (const FileUnit* file : files) find_secrets(*file, sources, finder);
  std::unordered_set<std::string> words;
  for (const std::string& text : finder.texts) {
    if (is_plain_word(text)) words.insert(text);
  }
  if (words.empty()) return std::move(finder.texts);
  std::unordered_set<std::string_view> open;
  for (const std::string& word : words) {
    if (kube::is_schema_word(word)) open.insert(word);
  }
  put_in_order(finder.spans);
  for (const FileUnit* file : files) {
    for_each_open_word(sources.file(file->file).bytes(), file->file, finder.spans, [&](std::string_view word) {
      if (word.size() < kShortestSecret) return;
      const auto found = words.find(std::string(word));
      if (found != words.end()) open.insert(*found);
    });
  }
  std::erase_if(finder.texts, [&](const std::string& text) { return open.count(text) != 0; });
  return std::move(finder.texts);
}

/// What is hidden in what is said of a file: the secrets of its world. Where that cannot be told apart, all.
class Hiders {
 public:
  explicit Hiders(const Analysis& analysis) {
    const bool apart =
        analysis.worlds.size() > 1 && analysis.rendered_from.empty() && analysis.context.cluster_files.empty();
    if (!apart) {
      static_cast<void>(add(all_files(analysis), analysis.sources));
      return;
    }
    for (const WorldUnit& unit : analysis.worlds) {
      const Files files(unit.files.begin(), unit.files.end());
      const Hider* hider = add(files, analysis.sources);
      for (const FileUnit* file : files) {
        by_file_[file->file] = hider;
        by_path_[analysis.sources.file(file->file).path()] = hider;
      }
    }
  }
  [[nodiscard]] bool empty() const { return hiders_.empty(); }

  void hide(source::FileId file, std::string& text) const { hide_in(by_file_, file, text); }
  void hide(std::string_view path, std::string& text) const { hide_in(by_path_, path, text); }

 private:
  const Hider* add(const Files& files, const source::SourceMap& sources) {
    std::vector<std::string> texts = texts_to_hide(files, sources);
    return texts.empty() ? nullptr : &hiders_.emplace_back(std::move(texts));
  }
  template <typename Map, typename Key>
  void hide_in(const Map& map, const Key& key, std::string& text) const {
    const auto found = map.find(key);
    if (found == map.end()) {
      for (const Hider& hider : hiders_) hider.hide(text);
    } else if (found->second != nullptr) {
      found->second->hide(text);
    }
  }

  std::deque<Hider> hiders_;
  std::map<source::FileId, const Hider*> by_file_;
  std::map<std::string_view, const Hider*> by_path_;
};

}  // namespace

std::vector<source::SourceSpan> secret_spans(const Analysis& analysis) {
  Finder finder;
  for (const FileUnit* file : all_files(analysis)) find_secrets(*file, analysis.sources, finder);
  put_in_order(finder.spans);
  return std::move(finder.spans);
}

void hide_secrets(const Analysis& analysis, std::string& text) {
  Finder finder;
  for (const FileUnit* file : all_files(analysis)) find_secrets(*file, analysis.sources, finder);
  Hider(std::move(finder.texts)).hide(text);
}

bool looks_like_manifest(std::string_view bytes) {
  return bytes.find("apiVersion") != std::string_view::npos && bytes.find("kind") != std::string_view::npos;
}

void redact(Analysis& analysis) {
  const bool told =
      !analysis.findings.empty() || std::any_of(analysis.forecasts.begin(), analysis.forecasts.end(),
                                                [](const lifecycle::Forecast& row) { return !row.healthy(); });
  if (!told) return;
  const Hiders hiders(analysis);
  if (hiders.empty()) return;
  for (rules::Finding& finding : analysis.findings) {
    const source::FileId file = finding.span.file;
    for (std::string* text : {&finding.message, &finding.label, &finding.help, &finding.confirm, &finding.root_cause})
      hiders.hide(file, *text);
    for (rules::Note& note : finding.notes) hiders.hide(file, note.message);
    for (auto& [name, value] : finding.arguments) hiders.hide(file, value);
    if (finding.effect) hiders.hide(file, finding.effect->message);
  }
  for (lifecycle::Forecast& row : analysis.forecasts) {
    const source::FileId file = row.pod == nullptr ? source::kNoFile : row.pod->owner->file;
    for (std::string* text : {&row.reason_text, &row.message, &row.status_message}) hiders.hide(file, *text);
    for (lifecycle::Condition& condition : row.conditions) hiders.hide(file, condition.message);
    for (auto* statuses : {&row.init_statuses, &row.container_statuses}) {
      for (lifecycle::ContainerStatus& status : *statuses) hiders.hide(file, status.message);
    }
  }
  for (report::ObjectRow& row : analysis.objects) {
    hiders.hide(row.file, row.message);
    for (report::ObjectRow::Error& error : row.errors) hiders.hide(row.file, error.message);
  }
}

}  // namespace podseer::cli
