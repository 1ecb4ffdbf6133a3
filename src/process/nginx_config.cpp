// SPDX-License-Identifier: Apache-2.0
// Reads nginx.conf as ngx_conf_file.c does: words up to ';' or '{', '#' comments, quotes, includes with
// patterns. `server { listen 80 }` stops at the brace: unexpected "}".
#include "process/nginx_config.hpp"

#include <algorithm>
#include <set>

#include "process/container_files.hpp"
#include "world/glob.hpp"

namespace podseer::process::nginx {
namespace {

constexpr std::size_t kMaxDirectives = 20000;
constexpr int kMaxDepth = 12;  // includes within includes

/// Blocks whose lines are data, not directives.
bool holds_data(std::string_view name) {
  return name == "types" || name == "map" || name == "geo" || name == "split_clients" || name == "charset_map" ||
         name == "match";
}

struct Word {
  enum class Kind { Text, Semicolon, Open, Close, End, Bad };
  Kind kind = Kind::End;
  std::string text;
  std::size_t line = 1;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Word next() {
    skip();
    Word out;
    out.line = line_;
    if (at_ >= text_.size()) return out;
    const char c = text_[at_];
    if (c == ';' || c == '{' || c == '}') {
      ++at_;
      out.kind = c == ';' ? Word::Kind::Semicolon : c == '{' ? Word::Kind::Open : Word::Kind::Close;
      return out;
    }
    out.kind = Word::Kind::Text;
    if (c == '"' || c == '\'') return quoted(c, std::move(out));
    while (at_ < text_.size()) {
      const char d = text_[at_];
      if (d == ' ' || d == '\t' || d == '\n' || d == '\r' || d == ';') break;
      if (d == '{') {
        if (out.text.empty() || out.text.back() != '$') break;
        while (at_ < text_.size() && text_[at_] != '}') out.text += text_[at_++];  // ${name}
        continue;
      }
      if (d == '\\' && at_ + 1 < text_.size()) out.text += text_[at_++];
      out.text += text_[at_++];
    }
    return out;
  }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  void skip() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }

  Word quoted(char quote, Word out) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out.text += text_[at_++];
    }
    if (at_ >= text_.size()) {
      out.kind = Word::Kind::Bad;
      return out;
    }
    ++at_;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

class Reader {
 public:
  explicit Reader(const FileSystem& files) : files_(files) {}

  Config run(const std::string& path, const std::string& globals) {
    if (command_line(globals)) file(path, "main", 'm', 0, 0, "");
    return std::move(config_);
  }

 private:
  /// The directives of `-g`.
  bool command_line(const std::string& globals) {
    Scanner scanner(globals);
    std::vector<std::string> words;
    while (true) {
      const Word word = scanner.next();
      if (word.kind == Word::Kind::Text) {
        words.push_back(word.text);
      } else if (word.kind == Word::Kind::Semicolon && !words.empty()) {
        if (!simple(words, "command line", 0, "main", 'm', 0, 0)) return false;
        words.clear();
      } else if (word.kind == Word::Kind::End) {
        return words.empty() || fail("unexpected end of parameter, expecting \";\"", "command line", 0, words[0]);
      } else {
        return true;  // nothing that anybody writes
      }
    }
  }

  bool fail(std::string message, const std::string& path, std::size_t line, std::string word = {}) {
    config_.error = std::move(message) + " in " + path + (line == 0 ? "" : ":" + std::to_string(line));
    config_.error_file = path;
    config_.error_line = line;
    config_.error_word = std::move(word);
    return false;
  }

  bool file(const std::string& path, const std::string& context, char place, std::size_t parent, int depth,
            const std::string& from) {
    const FileInfo info = files_.stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      config_.error = "open() \"" + path + "\" failed (2: No such file or directory)" + from;
      config_.error_word = path;
      return false;
    }
    const auto text = files_.read(path);
    if (!text || depth > kMaxDepth) {
      config_.complete = false;
      return true;
    }
    Scanner scanner(*text);
    return block(scanner, path, context, place, parent, depth, true);
  }

  bool block(Scanner& scanner, const std::string& path, const std::string& context, char place, std::size_t parent,
             int depth, bool top) {
    const bool data = holds_data(context);
    std::vector<std::string> words;
    std::size_t first_line = 0;
    while (true) {
      const Word word = scanner.next();
      switch (word.kind) {
        case Word::Kind::Bad: return fail("unexpected end of file, expecting \";\" or \"}\"", path, scanner.line());
        case Word::Kind::Text:
          if (words.empty()) first_line = word.line;
          words.push_back(word.text);
          break;
        case Word::Kind::End:
          if (!words.empty())
            return fail("unexpected end of file, expecting \";\" or \"}\"", path, word.line, words[0]);
          return top ? true : fail("unexpected end of file, expecting \"}\"", path, word.line);
        case Word::Kind::Close:
          if (!words.empty() || top) return fail("unexpected \"}\"", path, word.line, words.empty() ? "}" : words[0]);
          return true;
        case Word::Kind::Semicolon:
          if (words.empty()) return fail("unexpected \";\"", path, word.line, ";");
          if (!data && !simple(words, path, first_line, context, place, parent, depth)) return false;
          words.clear();
          break;
        case Word::Kind::Open: {
          if (words.empty()) return fail("unexpected \"{\"", path, word.line, "{");
          if (!data && !known(words, path, word.line, context, place, parent, true)) return false;
          const std::size_t number = ++blocks_;
          const std::string name = words[0];
          add(std::move(words), path, first_line, context, parent, number);
          words = {};
          if (!block(scanner, path, name, place_within(place, name), number, depth + 1, false)) return false;
          break;
        }
      }
      if (config_.directives.size() > kMaxDirectives) {
        config_.complete = false;
        return true;
      }
    }
  }

  bool known(const std::vector<std::string>& words, const std::string& path, std::size_t line,
             const std::string& context, char place, std::size_t parent, bool opens) {
    if (words[0].find('$') != std::string::npos || modules_) return true;
    if (exists(words[0]) == Answer::No) return fail("unknown directive \"" + words[0] + "\"", path, line, words[0]);
    if (allowed(words[0], context) == Answer::No) {
      return fail("\"" + words[0] + "\" directive is not allowed here", path, line, words[0]);
    }
    if (std::string error = form_error(words, place, opens); !error.empty())
      return fail(std::move(error), path, line, words[0]);
    if (place != 0 && only_once(words[0], place) && !once_.insert({parent, words[0]}).second) {
      return fail("\"" + words[0] + "\" directive is duplicate", path, line, words[0]);
    }
    return true;
  }

  bool simple(std::vector<std::string>& words, const std::string& path, std::size_t line, const std::string& context,
              char place, std::size_t parent, int depth) {
    if (words[0] == "load_module") modules_ = true;
    if (words[0] == "include")
      return words.size() == 2 ? include(words[1], path, line, context, place, parent, depth) : true;
    // A forgotten semicolon swallows the next line: its first word is then a directive of its own.
    if (!known(words, path, line, context, place, parent, false)) return false;
    add(std::move(words), path, line, context, parent, 0);
    words = {};
    return true;
  }

  bool include(const std::string& pattern, const std::string& path, std::size_t line, const std::string& context,
               char place, std::size_t parent, int depth) {
    const std::string full = join_path("/etc/nginx", pattern);
    const std::string from = " in " + path + ":" + std::to_string(line);
    if (full.find_first_of("*?[") == std::string::npos) return file(full, context, place, parent, depth + 1, from);
    const std::string directory = full.substr(0, full.rfind('/'));
    const std::string name = full.substr(full.rfind('/') + 1);
    if (directory.find_first_of("*?[") != std::string::npos || name.find('[') != std::string::npos) {
      config_.complete = false;
      return true;
    }
    if (files_.stat(directory).kind == FileInfo::Kind::Missing) return true;
    const auto names = files_.list(directory);
    if (!names) {
      config_.complete = false;
      return true;
    }
    for (const std::string& one : *names) {
      if (one.starts_with('.') || !world::glob_matches(name, one)) continue;
      if (!file(directory + "/" + one, context, place, parent, depth + 1, from)) return false;
    }
    return true;
  }

  void add(std::vector<std::string> words, const std::string& path, std::size_t line, const std::string& context,
           std::size_t parent, std::size_t number) {
    config_.directives.push_back({context, std::move(words), path, line, number, parent});
  }

  const FileSystem& files_;
  Config config_;
  std::set<std::pair<std::size_t, std::string>> once_;  // block and directive
  std::size_t blocks_ = 0;
  bool modules_ = false;
};

}  // namespace

Config read(const FileSystem& files, const std::string& path, const std::string& globals) {
  return Reader(files).run(path, globals);
}

}  // namespace podseer::process::nginx
