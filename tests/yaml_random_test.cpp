// SPDX-License-Identifier: Apache-2.0
// Random documents written in random YAML styles by a writer that knows what it means: plain, quoted,
// literal and folded text, block and flow collections, anchors, merge keys, comments, any indentation,
// CRLF and byte order marks. Our tree must mean the same and say where every scalar stands. The seed
// is fixed; PODSEER_SEED and PODSEER_ROUNDS look further.
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "yaml/document.hpp"

using namespace podseer;
using yaml::Kind;
using yaml::Node;

namespace {

/// A value as JSON has it, and how it is to be written.
struct Meant {
  Kind kind = Kind::Null;
  std::string text;                                    // scalars
  std::vector<std::pair<std::string, Meant>> entries;  // mappings; all keys, merged ones included
  std::vector<Meant> items;                            // sequences
  std::string anchor;                                  // written before it
  std::string alias;                                   // written instead of it
  std::string merges;                                  // mappings: the alias behind `<<`
  std::size_t own = 0;                                 // mappings: the first `own` entries are written here
  std::size_t begin = std::string::npos, end = 0;      // scalars: where it was written, when that is plain to see
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T, std::size_t N>
  const T& of(const T (&list)[N]) {
    return list[below(N)];
  }

 private:
  std::mt19937_64 engine_;
};

// --- what is meant ---------------------------------------------------------------------------------

class Thinker {
 public:
  explicit Thinker(Random& random) : random_(random) {}

  Meant document() {
    Meant root = collection(0, true);
    return root;
  }

 private:
  std::string word() {
    static const char* const kWords[] = {
        "web",
        "nginx:1.25",
        "a",
        "spec",
        "http://x.y/z?q=1",
        "x-y_z",
        "100m",
        "1.2.3",
        "v1",
        "--flag=1",
        "a b",
        "a  b",
        "caf\xC3\xA9",
        "\xE2\x98\x83",
        "\xF0\x9D\x84\x9E",
        "key: value",
        "x #y",
        "#x",
        "- x",
        "[x]",
        "{x}",
        "x, y",
        "&x",
        "*x",
        "!x",
        "|",
        ">",
        "%x",
        "@x",
        "`x`",
        "'x'",
        "\"x\"",
        "it's",
        "\\n",
        "?",
        "-",
        ":",
        "? x",
        ": x",
        "x:",
        "x: ",
        " x",
        "x ",
        "true",
        "Yes",
        "no",
        "null",
        "~",
        "",
        "12",
        "0x1F",
        "1e3",
        "1_000",
        "0644",
        ".5",
        "12:30",
        "2024-01-01",
        "<<",
        "=",
        "---",
        "...",
        "--- x",
        "$(X)",
        "${X}",
        "a\tb",
        "\tx",
        "line\nline",
        "one\ntwo\n",
        "one\n\ntwo",
        "one\ntwo\n\n",
        "\n",
        "\nx",
        "x\n\n\ny\n",
        "  two\n four",
        "x\n  y\nz\n",
        "a b c d e f g",
        "bell\a",
        "nul\x01",
        "echo a; sleep 1",
        "if [ x ]; then\n  y\nfi\n",
        "long words that go on and on until somebody folds them somewhere in the middle"};
    std::string text = random_.of(kWords);
    while (random_.one_in(4)) text += std::string(random_.of({" ", "", "\n", "-", ": ", "  "})) + random_.of(kWords);
    return text;
  }

  Meant scalar() {
    Meant made;
    switch (random_.below(10)) {
      case 0:
        made.kind = Kind::Null;
        made.text = "null";
        break;
      case 1:
        made.kind = Kind::Bool;
        made.text = random_.one_in(2) ? "true" : "false";
        break;
      case 2:
      case 3:
        made.kind = Kind::Int;
        made.text = std::to_string(static_cast<std::int64_t>(random_.below(20000)) - 5000);
        break;
      case 4:
        made.kind = Kind::Float;
        made.text = std::to_string(random_.below(100)) + "." + random_.of({"5", "25", "125", "75"});
        break;
      default:
        made.kind = Kind::String;
        made.text = word();
        break;
    }
    return made;
  }

  Meant collection(int depth, bool mapping) {
    Meant made;
    made.kind = mapping ? Kind::Mapping : Kind::Sequence;
    const std::size_t count = depth == 0 ? 1 + random_.below(6) : random_.below(5);
    std::set<std::string> keys;
    const Meant* from = mapping && random_.one_in(4) ? mapping_known() : nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      if (!mapping) {
        made.items.push_back(value(depth + 1));
        continue;
      }
      std::string key = random_.one_in(3)
                            ? word()
                            : std::string(random_.of({"a", "b", "name", "kind", "x.y/z", "data"})) + std::to_string(i);
      if (key == "<<" || key.size() > 60 || !keys.insert(key).second) continue;
      made.entries.emplace_back(key, value(depth + 1));
    }
    made.own = made.entries.size();
    if (from != nullptr) {
      made.merges = from->anchor;
      for (const auto& [key, value] : from->entries) {
        if (keys.insert(key).second) made.entries.emplace_back(key, value);
      }
    }
    remember(made);
    return made;
  }

  const Meant* mapping_known() {
    std::vector<const Meant*> mappings;
    for (const auto& known : known_) {
      if (known->kind == Kind::Mapping) mappings.push_back(known.get());
    }
    return mappings.empty() ? nullptr : mappings[random_.below(mappings.size())];
  }

  void remember(Meant& made) {
    if (!random_.one_in(5)) return;
    made.anchor = "a" + std::to_string(known_.size());
    known_.push_back(std::make_unique<Meant>(made));
  }

  Meant value(int depth) {
    if (!known_.empty() && random_.one_in(10)) {
      Meant made = *known_[random_.below(known_.size())];
      made.alias = made.anchor;
      made.anchor.clear();
      return made;
    }
    if (depth < 6 && random_.one_in(3)) return collection(depth, random_.one_in(2));
    Meant made = scalar();
    remember(made);
    return made;
  }

  Random& random_;
  std::vector<std::unique_ptr<Meant>> known_;  // anchored, in the order of writing
};

// --- how it is written -----------------------------------------------------------------------------

/// Does YAML 1.1, as Kubernetes reads it, take the plain text for a string? Careful: may say no.
bool surely_a_string(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0 ||
      std::string_view("+-.~<=").find(text[0]) != std::string_view::npos)
    return false;
  static const std::set<std::string> kOther = {"true", "Yes", "no", "null"};
  return !kOther.contains(text);
}

bool plain_text(const std::string& text, bool flow, bool key) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`\t").find(text[0]) != std::string_view::npos) {
    const bool dash = text[0] == '-' && text.size() > 1 && text[1] != ' ' && !text.starts_with("---") && !flow;
    if (!dash) return false;
  }
  if (text.starts_with("...")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c == ':' && (text[i + 1] == ' ' || text[i + 1] == '\0')) return false;
    if (c == '#' && i > 0 && text[i - 1] == ' ') return false;
    if (flow && std::string_view(",[]{}?:").find(c) != std::string_view::npos) return false;
  }
  (void)key;
  return true;
}

class Writer {
 public:
  explicit Writer(Random& random) : random_(random), line_(random.one_in(4) ? "\r\n" : "\n") {
    if (random_.one_in(10)) out_ = "\xEF\xBB\xBF";
  }

  void document(Meant& root, bool first) {
    if (!first || random_.one_in(2)) {
      out_ += random_.one_in(4) ? "--- # next" : "---";
      out_ += line_;
    }
    comments(0);
    if (random_.one_in(12)) {
      flow_value(root, 1);
      end_line();
    } else if (root.own == 0 && root.merges.empty()) {
      out_ += "{}";
      end_line();
    } else {
      if (!root.anchor.empty()) out_ += "&" + root.anchor + line_;
      block_mapping(root, 0, false);
    }
  }

  std::string out_;

 private:
  void end_line() {
    if (random_.one_in(6)) out_ += std::string(1 + random_.below(3), ' ') + "# a comment: 'with \"quotes";
    out_ += line_;
  }
  void comments(std::size_t indent) {
    const bool keeps = std::exchange(keeps_, false);  // the block text before would keep them
    while (!keeps && random_.one_in(10)) {
      if (random_.one_in(2)) out_ += std::string(random_.below(indent + 3), ' ') + "# {a comment";
      out_ += line_;
    }
  }
  void new_line(std::size_t indent) { out_ += line_ + std::string(indent, ' '); }

  void properties(const Meant& made) {
    anchors_ = anchors_ || !made.anchor.empty();
    if (!made.anchor.empty()) out_ += "&" + made.anchor + " ";
  }

  /// Behind `key:` or `-`, where the collection's own indentation is `indent`; ends the line.
  void block_value(Meant& made, std::size_t indent, bool in_mapping) {
    if (!made.alias.empty()) {
      out_ += " *" + made.alias;
      end_line();
      return;
    }
    const bool empty = made.items.empty() && made.own == 0 && made.merges.empty();
    if (made.kind >= Kind::Sequence && (empty || random_.one_in(5))) {
      out_ += ' ';
      flow_value(made, indent + 1);
      end_line();
      return;
    }
    if (made.kind < Kind::Sequence) {
      scalar_value(made, indent);
      return;
    }
    const std::size_t deeper = indent + 1 + random_.below(4);
    const bool compact = !in_mapping && made.anchor.empty() && random_.one_in(2);
    if (compact) {  // `- - x`, `- a: b`
      const std::size_t gap = deeper - indent - 1;
      if (gap == 0) {
        block_value_below(made, deeper, in_mapping);
        return;
      }
      out_ += std::string(gap, ' ');
      if (made.kind == Kind::Mapping) block_mapping(made, deeper, true);
      else block_sequence(made, deeper, true);
      return;
    }
    block_value_below(made, in_mapping && made.kind == Kind::Sequence && random_.one_in(3) ? indent : deeper,
                      in_mapping);
  }

  void block_value_below(Meant& made, std::size_t indent, bool) {
    anchors_ = anchors_ || !made.anchor.empty();
    if (!made.anchor.empty()) out_ += " &" + made.anchor;
    end_line();
    if (made.kind == Kind::Mapping) block_mapping(made, indent, false);
    else block_sequence(made, indent, false);
  }

  void block_sequence(Meant& made, std::size_t indent, bool started) {
    for (Meant& item : made.items) {
      if (!started) {
        comments(indent);
        out_ += std::string(indent, ' ');
      }
      started = false;
      out_ += '-';
      block_value(item, indent, false);
    }
  }

  void block_mapping(Meant& made, std::size_t indent, bool started) {
    const auto begin_entry = [&] {
      if (!started) {
        comments(indent);
        out_ += std::string(indent, ' ');
      }
      started = false;
    };
    if (!made.merges.empty()) {
      begin_entry();
      out_ += "<<: *" + made.merges;
      end_line();
    }
    for (std::size_t i = 0; i < made.own; ++i) {
      auto& [name, value] = made.entries[i];
      begin_entry();
      if (random_.one_in(25)) {
        out_ += "? ";
        key(name, false);
        out_ += line_ + std::string(indent, ' ') + ":";
      } else {
        key(name, false);
        out_ += random_.one_in(8) ? " :" : ":";
      }
      block_value(value, indent, true);
    }
  }

  void key(const std::string& name, bool flow) {
    if (surely_a_string(name) && plain_text(name, flow, true) && !random_.one_in(4)) {
      out_ += name;
    } else if (single_line(name) && random_.one_in(2)) {
      single_quoted(name, 0, false);
    } else {
      double_quoted(name, 0, false);
    }
  }

  static bool single_line(const std::string& text) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
    }
    return true;
  }

  /// A scalar behind `key:` or `-`; ends the line.
  void scalar_value(Meant& made, std::size_t indent) {
    if (made.kind == Kind::Null && made.anchor.empty() && random_.one_in(3)) {
      end_line();
      return;
    }
    out_ += std::string(1 + (random_.one_in(6) ? random_.below(3) : 0), ' ');
    properties(made);
    if (made.kind == Kind::String && random_.one_in(2) && block_scalar(made, indent)) return;
    inline_scalar(made, indent + 1, false);
    end_line();
  }

  void inline_scalar(Meant& made, std::size_t indent, bool flow) {
    if (made.kind == Kind::String && random_.one_in(20) && plain_text(made.text, flow, false) &&
        single_line(made.text)) {
      out_ += "!!str ";
      out_ += made.text;
      return;
    }
    made.begin = out_.size();
    switch (made.kind) {
      case Kind::Null: out_ += random_.of({"null", "~", "Null", "NULL"}); break;
      case Kind::Bool:
        if (made.text == "true") out_ += random_.of({"true", "True", "TRUE", "yes", "Yes", "on", "ON", "y"});
        else out_ += random_.of({"false", "False", "FALSE", "no", "NO", "off", "Off", "n"});
        break;
      case Kind::Int: integer(made.text); break;
      case Kind::Float: out_ += random_.of({"", "+"}) + made.text + random_.of({"", "0", "00"}); break;
      default:
        if (surely_a_string(made.text) && plain_text(made.text, flow, false) && random_.one_in(2))
          plain(made.text, indent, !flow && made.anchor.empty());
        else if (foldable(made.text) && random_.one_in(2)) single_quoted(made.text, indent, true);
        else double_quoted(made.text, indent, true);
        break;
    }
    made.end = out_.size();
  }

  void integer(const std::string& text) {
    const long value = std::strtol(text.c_str(), nullptr, 10);
    char buffer[40];
    switch (value > 0 ? random_.below(6) : 0) {
      case 1:
        std::snprintf(buffer, sizeof buffer, "0x%lX", static_cast<unsigned long>(value));
        out_ += buffer;
        break;
      case 2:
        std::snprintf(buffer, sizeof buffer, "0%lo", static_cast<unsigned long>(value));
        out_ += buffer;
        break;
      case 3:
        out_ += value >= 1000 ? text.substr(0, text.size() - 3) + "_" + text.substr(text.size() - 3) : text;
        break;
      case 4: out_ += "+" + text; break;
      default: out_ += text; break;
    }
  }

  /// A space between two words, where the text may go on in the next line.
  bool may_fold(const std::string& text, std::size_t i) {
    const auto word = [&](std::size_t at) { return at < text.size() && static_cast<unsigned char>(text[at]) > 0x20; };
    return text[i] == ' ' && i > 0 && word(i - 1) && word(i + 1) && random_.one_in(6);
  }

  void plain(const std::string& text, std::size_t indent, bool fold) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      // What begins the next line must not look like something else.
      const bool calm = i + 1 < text.size() && (std::isalpha(static_cast<unsigned char>(text[i + 1])) != 0);
      if (fold && calm && may_fold(text, i)) new_line(indent + random_.below(3));
      else out_ += text[i];
    }
  }

  /// Quoted text in several lines loses white space at breaks, so there must be none around `\n`.
  static bool foldable(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c < 0x20 && c != '\n' && c != '\t') return false;
      if (c != '\n') continue;
      if (i == 0 || i + 1 == text.size()) return false;
      for (const char beside : {text[i - 1], text[i + 1]}) {
        if (beside == ' ' || beside == '\t') return false;
      }
    }
    return true;
  }

  void breaks(const std::string& text, std::size_t& i, std::size_t indent) {
    std::size_t count = 0;
    while (i < text.size() && text[i] == '\n') {
      ++count;
      ++i;
    }
    --i;
    for (std::size_t n = 0; n < count; ++n) out_ += line_;
    new_line(indent);
  }

  void single_quoted(const std::string& text, std::size_t indent, bool fold) {
    out_ += '\'';
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (fold && text[i] == '\n') breaks(text, i, indent);
      else if (fold && may_fold(text, i)) new_line(indent + random_.below(3));
      else if (text[i] == '\'') out_ += "''";
      else out_ += text[i];
    }
    out_ += '\'';
  }

  void double_quoted(const std::string& text, std::size_t indent, bool fold) {
    out_ += '"';
    const bool breaks_allowed = fold && foldable(text) && random_.one_in(3);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (breaks_allowed && c == '\n') {
        breaks(text, i, indent);
        continue;
      }
      if (fold && may_fold(text, i)) {
        new_line(indent + random_.below(3));
        continue;
      }
      if (fold && c > 0x20 && c < 0x7F && random_.one_in(60)) {  // an escaped break is no text at all
        out_ += "\\";
        new_line(indent);
      }
      char buffer[12];
      if (c == '\n') out_ += "\\n";
      else if (c == '\t') out_ += random_.one_in(2) ? "\\t" : "\t";
      else if (c == '"') out_ += "\\\"";
      else if (c == '\\') out_ += "\\\\";
      else if (c < 0x20 || (c < 0x7F && random_.one_in(40))) {
        std::snprintf(buffer, sizeof buffer, random_.of({"\\x%02x", "\\u%04X", "\\U%08x"}), static_cast<unsigned>(c));
        out_ += buffer;
      } else out_ += text[i];
    }
    out_ += '"';
  }

  /// Literal or folded; false when the text cannot stand so, and then nothing was written.
  bool block_scalar(Meant& made, std::size_t indent) {
    const std::string& text = made.text;
    const std::size_t last = text.find_last_not_of('\n');
    if (last == std::string::npos) return false;
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return false;
    }
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= last;) {
      const std::size_t end = std::min(text.find('\n', at), last + 1);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    bool calm = true;  // no line begins with white space or is nothing else
    for (const std::string& line : lines) {
      if (!line.empty() && line.find_first_not_of(" \t") == std::string::npos) return false;
      calm = calm && (line.empty() || (line[0] != ' ' && line[0] != '\t'));
    }
    const bool folded = calm && !lines.front().empty() && random_.one_in(2);
    const std::size_t deeper = indent + 1 + random_.below(5);
    const std::size_t trailing = text.size() - last - 1;
    const std::string chomp = trailing == 0 ? "-" : trailing == 1 && random_.one_in(2) ? "" : "+";
    const bool says = lines.front().empty() || !calm || (!anchors_ && random_.one_in(5));
    // yaml-cpp 0.7 counts from an anchor in `- &a |`, and in what stands below it.
    if (!made.anchor.empty() || (says && anchors_)) return false;
    made.begin = out_.size();
    out_ += folded ? '>' : '|';
    const std::string digit = says ? std::to_string(deeper - indent) : std::string();
    out_ += random_.one_in(2) ? chomp + digit : digit + chomp;
    if (random_.one_in(8)) out_ += " # a comment";
    out_ += line_;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      if (!line.empty()) out_ += std::string(deeper, ' ');
      for (std::size_t at = 0; at < line.size(); ++at) {
        if (folded && may_fold(line, at)) new_line(deeper);
        else out_ += line[at];
      }
      out_ += line_;
      if (folded && i + 1 < lines.size() && !line.empty()) out_ += line_;
    }
    for (std::size_t i = 1; i < trailing; ++i) out_ += line_;
    keeps_ = true;
    return true;
  }

  // --- flow ---
  void flow_space(std::size_t indent) {
    if (random_.one_in(8)) {
      if (random_.one_in(3)) out_ += " # in between";
      new_line(indent + random_.below(4));
    } else {
      out_ += std::string(random_.below(2), ' ');
    }
  }

  void flow_value(Meant& made, std::size_t indent) {
    if (!made.alias.empty()) {
      out_ += "*" + made.alias + " ";
      return;
    }
    properties(made);
    if (made.kind < Kind::Sequence) {
      inline_scalar(made, indent, true);
      return;
    }
    const bool mapping = made.kind == Kind::Mapping;
    out_ += mapping ? '{' : '[';
    flow_space(indent);
    bool first = true;
    const auto comma = [&] {
      if (!first) {
        out_ += ',';
        flow_space(indent);
      }
      first = false;
    };
    if (!made.merges.empty()) {
      comma();
      out_ += "<<: *" + made.merges + " ";
    }
    for (std::size_t i = 0; mapping && i < made.own; ++i) {
      comma();
      auto& [name, value] = made.entries[i];
      key(name, true);
      out_ += ": ";
      flow_value(value, indent);
      flow_space(indent);
    }
    for (Meant& item : made.items) {
      comma();
      flow_value(item, indent);
      flow_space(indent);
    }
    if (!first && random_.one_in(8)) out_ += ',';
    out_ += mapping ? '}' : ']';
  }

  Random& random_;
  std::string line_;
  bool keeps_ = false;    // the last text is a block scalar
  bool anchors_ = false;  // there were any
};

// --- the comparison --------------------------------------------------------------------------------

/// Where the two part ways, as a path; empty when they agree.
std::string difference(const Meant& meant, const Node& node, const std::string& path) {
  if (meant.kind != node.kind()) return path + ": another kind; it says '" + std::string(node.text()) + "'";
  if (meant.kind == Kind::Mapping) {
    if (meant.entries.size() != node.size())
      return path + ": " + std::to_string(node.size()) + " entries, not " + std::to_string(meant.entries.size());
    for (const auto& [key, value] : meant.entries) {
      const Node* found = node.find(key);
      if (found == nullptr) return path + ": no '" + key + "'";
      if (std::string wrong = difference(value, *found, path + "." + key); !wrong.empty()) return wrong;
    }
    return {};
  }
  if (meant.kind == Kind::Sequence) {
    if (meant.items.size() != node.size())
      return path + ": " + std::to_string(node.size()) + " items, not " + std::to_string(meant.items.size());
    for (std::size_t i = 0; i < meant.items.size(); ++i) {
      if (std::string wrong = difference(meant.items[i], node.items()[i], path + "[" + std::to_string(i) + "]");
          !wrong.empty())
        return wrong;
    }
    return {};
  }
  if (meant.text != node.text()) return path + ": '" + std::string(node.text()) + "', not '" + meant.text + "'";
  if (meant.begin != std::string::npos && node.span().begin != meant.begin) {
    return path + ": begins at " + std::to_string(node.span().begin) + ", not at " + std::to_string(meant.begin);
  }
  if (meant.end != 0 && node.span().end != meant.end) {
    return path + ": ends at " + std::to_string(node.span().end) + ", not at " + std::to_string(meant.end);
  }
  return {};
}

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace

TEST_CASE("random documents in random styles mean what their writer meant", "[yaml]") {
  const std::uint64_t seed = number_from("PODSEER_SEED", 20260101), rounds = number_from("PODSEER_ROUNDS", 6000);
  std::size_t bytes = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    Random random(seed + round);
    Writer writer(random);
    std::vector<Meant> documents;
    const std::size_t count = 1 + (random.one_in(4) ? random.below(4) : 0);
    for (std::size_t i = 0; i < count; ++i) {
      documents.push_back(Thinker(random).document());
      writer.document(documents.back(), i == 0);
    }
    const yaml::Stream stream = yaml::parse(0, writer.out_);
    std::string wrong = stream.failed() ? "cannot be read: " + stream.problems.back().message + " at " +
                                              std::to_string(stream.problems.back().span.begin)
                        : stream.documents.size() != count
                            ? std::to_string(stream.documents.size()) + " documents, not " + std::to_string(count)
                            : std::string();
    for (std::size_t i = 0; i < count && wrong.empty(); ++i)
      wrong = difference(documents[i], stream.documents[i]->root, "#" + std::to_string(i));
    bytes += writer.out_.size();
    if (wrong.empty()) continue;
    INFO("PODSEER_SEED=" << seed + round << " PODSEER_ROUNDS=1\n" << wrong << "\n" << writer.out_);
    CHECK(wrong.empty());
    break;
  }
  CHECK(bytes > rounds * 20);  // they say something
}
