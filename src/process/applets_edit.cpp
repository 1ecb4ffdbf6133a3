// SPDX-License-Identifier: Apache-2.0
// sed and awk in the small forms that manifests use: s///, d, p, q, y, a, i, c with addresses; `{print $2}`, `NR==1`,
// `/re/`, `END{print NR}`, -F. Anything else prints something unknown.
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

const std::string kUnknownText(1, kAny);

re2::RE2::Options regex_options(bool insensitive) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_longest_match(true);
  options.set_case_sensitive(!insensitive);
  options.set_max_mem(1 << 20);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  return options;
}

struct Address {
  enum class Kind : std::uint8_t { None, Line, Last, Regex } kind = Kind::None;
  std::int64_t line = 0;
  std::shared_ptr<re2::RE2> regex;
};

struct SedCommand {
  Address from, to;
  bool negated = false, in_range = false;
  char name = 0;
  std::shared_ptr<re2::RE2> regex;
  std::string text, second;  // s: replacement; a i c: text; y: the two sets
  bool global = false, print = false;
  std::int64_t nth = 1;
};

class SedReader {
 public:
  SedReader(std::string_view text, bool extended) : text_(text), extended_(extended) {}
  bool broken = false;  // not a script that is understood

  std::vector<SedCommand> all() {
    std::vector<SedCommand> out;
    while (!broken) {
      while (pos_ < text_.size() && (std::isspace(static_cast<unsigned char>(text_[pos_])) != 0 || text_[pos_] == ';'))
        ++pos_;
      if (pos_ >= text_.size()) break;
      if (text_[pos_] == '#') {
        while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
        continue;
      }
      SedCommand command;
      command.from = address();
      if (peek() == ',') {
        ++pos_;
        command.to = address();
        if (command.to.kind == Address::Kind::None) broken = true;
      }
      while (peek() == ' ') ++pos_;
      if (peek() == '!') {
        command.negated = true;
        ++pos_;
      }
      while (peek() == ' ') ++pos_;
      command.name = peek();
      ++pos_;
      switch (command.name) {
        case 's': substitute(command); break;
        case 'y': {
          const char d = peek();
          ++pos_;
          command.text = until(d, false);
          command.second = until(d, false);
          if (command.text.size() != command.second.size()) broken = true;
          break;
        }
        case 'd':
        case 'p':
        case 'q':
        case '=':
        case 'n': break;
        case 'a':
        case 'i':
        case 'c': {
          while (peek() == ' ') ++pos_;
          if (peek() == '\\') {
            ++pos_;
            while (peek() == ' ' || peek() == '\n') ++pos_;
          }
          const std::size_t end = text_.find('\n', pos_);
          command.text = std::string(text_.substr(std::min(pos_, text_.size()),
                                                  end == std::string_view::npos ? std::string_view::npos : end - pos_));
          if (command.text.find('\\') != std::string::npos) broken = true;
          pos_ = end == std::string_view::npos ? text_.size() : end;
          break;
        }
        default: broken = true;
      }
      out.push_back(std::move(command));
      if (out.size() > 200) broken = true;
      while (peek() == ' ') ++pos_;
      if (pos_ < text_.size() && peek() != ';' && peek() != '\n') broken = true;
    }
    return out;
  }

 private:
  char peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }

  /// Up to the unescaped delimiter, which is consumed. In a bracket expression the delimiter is an ordinary character.
  std::string until(char delimiter, bool regex) {
    std::string out;
    bool bracket = false;
    for (;; ++pos_) {
      if (pos_ >= text_.size()) {
        broken = true;
        return out;
      }
      const char c = text_[pos_];
      if (c == '\\' && pos_ + 1 < text_.size() && !bracket) {
        const char next = text_[++pos_];
        if (next == delimiter) {
          if (regex && delimiter == '|') out.push_back('|');
          else out.push_back(next);
        } else {
          out.push_back('\\');
          out.push_back(next);
        }
        continue;
      }
      if (regex && c == '[' && !bracket) {
        bracket = true;
        out.push_back(c);
        if (pos_ + 1 < text_.size() && text_[pos_ + 1] == '^') {
          out.push_back('^');
          ++pos_;
        }
        if (pos_ + 1 < text_.size() && text_[pos_ + 1] == ']') {
          out.push_back(']');
          ++pos_;
        }
        continue;
      }
      if (bracket && c == ']') bracket = false;
      if (c == delimiter && !bracket) {
        ++pos_;
        return out;
      }
      out.push_back(c);
    }
  }

  std::shared_ptr<re2::RE2> compile(const std::string& pattern, bool insensitive) {
    const auto converted = to_re2(pattern, extended_);
    if (!converted || pattern.empty()) {
      broken = true;
      return nullptr;
    }
    auto regex = std::make_shared<re2::RE2>("(?:" + *converted + ")", regex_options(insensitive));
    if (!regex->ok()) broken = true;
    return regex;
  }

  Address address() {
    Address out;
    const char c = peek();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      out.kind = Address::Kind::Line;
      while (std::isdigit(static_cast<unsigned char>(peek())) != 0 && out.line < 1000000)
        out.line = out.line * 10 + (text_[pos_++] - '0');
      if (out.line == 0 || peek() == '~') broken = true;
    } else if (c == '$') {
      out.kind = Address::Kind::Last;
      ++pos_;
    } else if (c == '/' || c == '\\') {
      if (c == '\\') ++pos_;
      const char delimiter = peek();
      ++pos_;
      out.kind = Address::Kind::Regex;
      const std::string pattern = until(delimiter, true);
      bool insensitive = false;
      if (peek() == 'I') {
        insensitive = true;
        ++pos_;
      }
      out.regex = compile(pattern, insensitive);
    } else if (c == '+') {
      broken = true;
    }
    return out;
  }

  void substitute(SedCommand& command) {
    const char delimiter = peek();
    ++pos_;
    if (delimiter == '\0' || delimiter == '\n' || delimiter == '\\') {
      broken = true;
      return;
    }
    const std::string pattern = until(delimiter, true);
    command.text = until(delimiter, false);
    bool insensitive = false;
    for (;; ++pos_) {
      const char c = peek();
      if (c == 'g') command.global = true;
      else if (c == 'p') command.print = true;
      else if (c == 'i' || c == 'I') insensitive = true;
      else if (c >= '1' && c <= '9') command.nth = c - '0';
      else if (c == 'e' || c == 'w' || c == 'm' || c == 'M') {
        broken = true;
        return;
      } else break;
    }
    if (!broken) command.regex = compile(pattern, insensitive);
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  bool extended_;
};

/// s/regex/replacement/ on one known line. Empty optional: the replacement is not understood.
std::optional<std::string> replace(const SedCommand& command, const std::string& line, bool& hit) {
  std::string out;
  std::size_t from = 0;
  std::int64_t count = 0;
  const int groups = std::min(command.regex->NumberOfCapturingGroups(), 9);
  re2::StringPiece pieces[10];
  bool after_match = false;
  while (from <= line.size() &&
         command.regex->Match(line, from, line.size(), re2::RE2::UNANCHORED, pieces, groups + 1)) {
    const auto at = static_cast<std::size_t>(pieces[0].data() - line.data());
    if (pieces[0].empty() && after_match && at == from) {
      // an empty match directly behind the last one does not count
      if (from < line.size()) out.push_back(line[from]);
      ++from;
      after_match = false;
      continue;
    }
    ++count;
    out.append(line, from, at - from);
    if (count >= command.nth) {
      hit = true;
      for (std::size_t i = 0; i < command.text.size(); ++i) {
        const char c = command.text[i];
        if (c == '&') {
          out.append(pieces[0].data(), pieces[0].size());
          continue;
        }
        if (c == '\\' && i + 1 < command.text.size()) {
          const char next = command.text[++i];
          if (next >= '0' && next <= '9') {
            const auto g = static_cast<std::size_t>(next - '0');
            if (g <= static_cast<std::size_t>(groups))
              out.append(pieces[g].data() == nullptr ? "" : pieces[g].data(), pieces[g].size());
            else return std::nullopt;
            continue;
          }
          if (next == 'n') {
            out.push_back('\n');
            continue;
          }
          if (next == 't') {
            out.push_back('\t');
            continue;
          }
          if (std::isalpha(static_cast<unsigned char>(next)) != 0) return std::nullopt;
          out.push_back(next);
          continue;
        }
        out.push_back(c);
      }
    } else {
      out.append(pieces[0].data(), pieces[0].size());
    }
    const std::size_t end = at + pieces[0].size();
    after_match = true;
    if (pieces[0].empty()) {
      if (at < line.size()) out.push_back(line[at]);
      from = at + 1;
      after_match = false;
    } else {
      from = end;
    }
    if (!command.global && count >= command.nth) break;
    if (out.size() > kMaxText) return std::nullopt;
  }
  if (from < line.size()) out.append(line, from, std::string::npos);
  return out;
}

/// Runs a script over a text.
std::string run_sed(std::vector<SedCommand> commands, const std::string& text, bool quiet) {
  std::vector<std::string> lines = split_lines(text);
  std::string out;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    std::string line = lines[n];
    const bool last = n + 1 == lines.size();
    bool deleted = false, quit = false;
    std::string before, after;
    for (SedCommand& command : commands) {
      auto fits = [&](const Address& address) -> Answer {
        switch (address.kind) {
          case Address::Kind::None: return Answer::Yes;
          case Address::Kind::Line: return address.line == static_cast<std::int64_t>(n) + 1 ? Answer::Yes : Answer::No;
          case Address::Kind::Last: return last ? Answer::Yes : Answer::No;
          case Address::Kind::Regex:
            return has_mark(line)                                 ? Answer::Unknown
                   : re2::RE2::PartialMatch(line, *address.regex) ? Answer::Yes
                                                                  : Answer::No;
        }
        return Answer::No;
      };
      bool selected = false;
      if (command.to.kind != Address::Kind::None) {
        if (!command.in_range) {
          const Answer start = fits(command.from);
          if (start == Answer::Unknown) return kUnknownText;
          if (start == Answer::Yes) {
            selected = true;
            command.in_range =
                !(command.to.kind == Address::Kind::Line && command.to.line <= static_cast<std::int64_t>(n) + 1);
          }
        } else {
          selected = true;
          const Answer end = fits(command.to);
          if (end == Answer::Unknown) return kUnknownText;
          if (end == Answer::Yes ||
              (command.to.kind == Address::Kind::Line && command.to.line <= static_cast<std::int64_t>(n) + 1))
            command.in_range = false;
        }
      } else {
        const Answer one = fits(command.from);
        if (one == Answer::Unknown) return kUnknownText;
        selected = one == Answer::Yes;
      }
      if (selected == command.negated) continue;
      if (command.name == 'd') {
        deleted = true;
        break;
      }
      if (command.name == 'p') {
        out += line + "\n";
        continue;
      }
      if (command.name == '=') {
        out += std::to_string(n + 1) + "\n";
        continue;
      }
      if (command.name == 'q') {
        quit = true;
        break;
      }
      if (command.name == 'a') {
        after += command.text + "\n";
        continue;
      }
      if (command.name == 'i') {
        out += command.text + "\n";
        continue;
      }
      if (command.name == 'c') {
        out += command.text + "\n";
        deleted = true;
        break;
      }
      if (command.name == 'n') return kUnknownText;
      if (has_mark(line)) {
        if (line.find(kAny) != std::string::npos || command.name == 's' || command.name == 'y') line = kUnknownText;
        continue;
      }
      if (command.name == 'y') {
        for (char& c : line) {
          const std::size_t at = command.text.find(c);
          if (at != std::string::npos) c = command.second[at];
        }
        continue;
      }
      bool hit = false;
      const auto made = replace(command, line, hit);
      if (!made) return kUnknownText;
      line = *made;
      if (hit && command.print) out += line + "\n";
    }
    if (!deleted && !quiet) out += line + (last && !text.ends_with('\n') && after.empty() ? "" : "\n");
    out += after;
    if (quit) break;
    if (out.size() > kMaxText) return kUnknownText;
  }
  return out;
}

int do_sed(Call& call) {
  bool quiet = false, extended = false, in_place = false;
  std::vector<std::string> scripts, words;
  std::string suffix;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-n" || word == "--quiet" || word == "--silent") quiet = true;
    else if (word == "-E" || word == "-r" || word == "--regexp-extended") extended = true;
    else if (word == "-i" || word == "--in-place") in_place = true;
    else if (word == "-e" || word == "--expression") scripts.push_back(call.arg(++i));
    else if (word == "-u" || word == "-s" || word == "--") {
    } else if (word.starts_with("-i.") || word.starts_with("--in-place=")) {
      in_place = true;
      suffix = word.substr(word.starts_with("-i") ? 2 : 11);
    } else if (word == "-ri" || word == "-Ei" || word == "-ir" || word == "-nr" || word == "-rn" || word == "-ne" ||
               word == "-ie" || word == "-nE" || word == "-En") {
      if (word == "-ir") { suffix = gnu(call) ? "r" : ""; }
      if (word == "-ie") {
        suffix = gnu(call) ? "e" : "";
        if (!gnu(call)) scripts.push_back(call.arg(++i));
      }
      in_place = in_place || word.find('i') != std::string::npos;
      extended =
          extended || (word.find('r') != std::string::npos && word != "-ir") || word.find('E') != std::string::npos;
      quiet = quiet || word.find('n') != std::string::npos;
      if (word == "-ne") scripts.push_back(call.arg(++i));
    } else if (word == "-f") {
      const auto text = read_file(call, call.arg(++i));
      if (!text) return 1;
      scripts.push_back(*text);
    } else if (word.size() > 1 && word[0] == '-') call.world.give_up();
    else words.push_back(word);
  }
  if (scripts.empty()) {
    if (words.empty()) {
      if (call.hazy) return kUnknownStatus;
      call.sh.blame("sed without a script");
      return 1;
    }
    scripts.push_back(words[0]);
    words.erase(words.begin());
  }
  const std::string script = join(scripts, "\n");
  bool vague = call.hazy || has_mark(script);
  SedReader reader(script, extended);
  std::vector<SedCommand> commands;
  // An unknown value inside the replacement is carried along; one that could close it makes the script unknown.
  if (script.find(kAny) != std::string::npos) vague = true;
  else {
    commands = reader.all();
    vague = reader.broken || call.hazy;
    for (const SedCommand& command : commands)
      if (command.regex && has_mark(command.regex->pattern())) vague = true;
  }
  int status = 0;
  auto process = [&](const std::string& text) {
    return vague ? (text.empty() ? std::string() : kUnknownText) : run_sed(commands, text, quiet);
  };
  const int ended = vague && script.find(kAny) == std::string::npos && reader.broken ? kUnknownStatus
                    : vague                                                          ? kUnknownStatus
                                                                                     : 0;
  const bool missing_is_two = gnu(call);
  if (!in_place) {
    int failed = 0;
    const std::string text = read_inputs(call, words, failed);
    call.out(settle(process(text)));
    if (failed != 0) status = missing_is_two ? 2 : 1;
    return status != 0 ? status : ended;
  }
  for (const std::string& name : words) {
    const auto text = read_file(call, name);
    if (!text) {
      status = missing_is_two ? 2 : 1;
      continue;
    }
    if (has_mark(name)) {
      call.world.files.hazy = true;
      continue;
    }
    // sed -i makes a new file beside the old one and renames it: the directory must be writable.
    const std::string path = call.path(name);
    const FileInfo info = call.world.files.stat(path);
    std::string reason = may_change_directory(call, path);
    if (reason.empty() && info.read_only) reason = "Read-only file system";
    if (!reason.empty()) {
      call.err(gnu(call) ? "sed: couldn't open temporary file " + parent_path(path) + "/sedXXXXXX: " + reason + "\n"
                         : "sed: can't create temp file '" + name + "XXXXXX': " + reason + "\n");
      call.sh.blame("sed -i " + name + ": " + reason);
      status = gnu(call) ? 4 : 1;
      continue;
    }
    FileEntry entry;
    if (const FileEntry* old = call.world.files.entry(path)) entry = *old;
    else entry.info = info;
    if (entry.info.kind == FileInfo::Kind::Unknown) entry.info.kind = FileInfo::Kind::File;
    entry.content_known = true;
    entry.content = process(*text);
    call.world.files.put(path, std::move(entry));
  }
  return status != 0 ? status : ended;
}

// --- awk ----------------------------------------------------------------------------------------------------------

struct AwkRule {
  enum class When : std::uint8_t { Always, Begin, End, Regex, Line } when = When::Always;
  std::shared_ptr<re2::RE2> regex;
  std::int64_t line = 0;
  bool prints = true;
  bool exits = false;
  std::vector<std::pair<char, std::string>> items;  // 'f' field number, 's' text, 'n' NR, 'F' NF, 'l' $NF
};

/// One of the small programs; empty optional when it is another.
std::optional<std::vector<AwkRule>> read_awk(std::string_view text) {
  std::vector<AwkRule> rules;
  std::size_t pos = 0;
  auto skip = [&] {
    while (pos < text.size() && (std::isspace(static_cast<unsigned char>(text[pos])) != 0 || text[pos] == ';')) ++pos;
  };
  auto take = [&](std::string_view word) {
    if (!text.substr(pos).starts_with(word)) return false;
    pos += word.size();
    return true;
  };
  auto blanks = [&] {
    while (pos < text.size() && (text[pos] == ' ' || text[pos] == '\t')) ++pos;
  };
  auto number = [&]() -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (pos < text.size() && std::isdigit(static_cast<unsigned char>(text[pos])) != 0 && digits++ < 6)
      value = value * 10 + (text[pos++] - '0');
    return digits > 0 ? std::optional(value) : std::nullopt;
  };
  for (;;) {
    skip();
    if (pos >= text.size()) break;
    AwkRule rule;
    if (take("BEGIN")) rule.when = AwkRule::When::Begin;
    else if (take("END")) rule.when = AwkRule::When::End;
    else if (take("NR")) {
      blanks();
      if (!take("==")) return std::nullopt;
      blanks();
      const auto n = number();
      if (!n) return std::nullopt;
      rule.when = AwkRule::When::Line;
      rule.line = *n;
    } else if (text[pos] == '/') {
      std::string pattern;
      for (++pos; pos < text.size() && text[pos] != '/'; ++pos) {
        if (text[pos] == '\\' && pos + 1 < text.size() && text[pos + 1] == '/') ++pos;
        pattern.push_back(text[pos]);
      }
      if (pos >= text.size()) return std::nullopt;
      ++pos;
      const auto converted = to_re2(pattern, true);
      if (!converted) return std::nullopt;
      rule.when = AwkRule::When::Regex;
      rule.regex = std::make_shared<re2::RE2>(*converted, regex_options(false));
      if (!rule.regex->ok()) return std::nullopt;
    }
    blanks();
    if (pos < text.size() && text[pos] == '{') {
      ++pos;
      skip();
      if (take("exit")) {
        rule.exits = true;
        rule.prints = false;
        skip();
        if (!take("}")) return std::nullopt;
        rules.push_back(std::move(rule));
        continue;
      }
      if (!take("print")) return std::nullopt;
      if (pos < text.size() && std::isalnum(static_cast<unsigned char>(text[pos])) != 0) return std::nullopt;
      for (;;) {
        blanks();
        if (pos >= text.size()) return std::nullopt;
        if (text[pos] == '}' || text[pos] == ';') break;
        if (text[pos] == ',') {
          ++pos;
          rule.items.emplace_back(',', "");
          continue;
        }
        if (take("$NF")) {
          if (pos < text.size() && text[pos] == '-') return std::nullopt;
          rule.items.emplace_back('l', "");
          continue;
        }
        if (take("NR")) {
          rule.items.emplace_back('n', "");
          continue;
        }
        if (take("NF")) {
          rule.items.emplace_back('F', "");
          continue;
        }
        if (take("$")) {
          const auto n = number();
          if (!n) return std::nullopt;
          rule.items.emplace_back('f', std::to_string(*n));
          continue;
        }
        if (text[pos] == '"') {
          const std::size_t close = text.find('"', pos + 1);
          if (close == std::string_view::npos) return std::nullopt;
          const std::string literal(text.substr(pos + 1, close - pos - 1));
          if (literal.find('\\') != std::string::npos) return std::nullopt;
          rule.items.emplace_back('s', literal);
          pos = close + 1;
          continue;
        }
        return std::nullopt;
      }
      skip();
      if (take("exit")) {
        rule.exits = true;
        skip();
      }
      if (!take("}")) return std::nullopt;
    } else if (rule.when == AwkRule::When::Always) {
      return std::nullopt;
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

int do_awk(Call& call) {
  std::string separator = " ";
  std::size_t i = 1;
  bool vague = call.hazy;
  for (; i < call.argv.size() && call.argv[i].starts_with('-') && call.argv[i].size() > 1; ++i) {
    const std::string& word = call.argv[i];
    if (word == "-F") separator = call.arg(++i);
    else if (word.starts_with("-F")) separator = word.substr(2);
    else if (word == "-v") {
      ++i;
      vague = true;
    } else if (word == "--") {
      ++i;
      break;
    } else call.world.give_up();
  }
  if (i >= call.argv.size())
    return call.hazy ? kUnknownStatus : (call.sh.blame("awk without a program"), gnu(call) ? 2 : 1);
  const std::string program = call.argv[i++];
  const auto rules = has_mark(program) ? std::nullopt : read_awk(program);
  if (!rules && (program.find("while") != std::string::npos || program.find("for") != std::string::npos ||
                 program.find("system") != std::string::npos || program.find("getline") != std::string::npos ||
                 has_mark(program)))
    call.world.give_up();
  const std::vector<std::string> names(call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end());
  int status = 0;
  const bool only_begin = rules && std::all_of(rules->begin(), rules->end(),
                                               [](const AwkRule& rule) { return rule.when == AwkRule::When::Begin; });
  const std::string text = only_begin ? std::string() : read_inputs(call, names, status);
  if (status != 0) status = 2;
  if (!gnu(call) && status != 0) status = kUnknownStatus;
  const bool simple_separator =
      separator == " " ||
      (separator.size() == 1 && std::string_view(".+*?[](){}|^$\\").find(separator[0]) == std::string_view::npos) ||
      separator == "|" || separator == "\\t" || separator == "\\.";
  if (!rules || vague || !simple_separator || text.find(kAny) != std::string::npos) {
    call.out(text.empty() && rules &&
                     std::none_of(rules->begin(), rules->end(),
                                  [](const AwkRule& r) { return r.when != AwkRule::When::Regex; })
                 ? ""
                 : kUnknownText);
    return status != 0 ? status : rules && !vague ? 0 : kUnknownStatus;
  }
  if (separator == "\\t") separator = "\t";
  if (separator == "\\.") separator = ".";
  std::string out;
  std::size_t nr = 0;
  std::string current;
  auto run = [&](const AwkRule& rule) {
    if (!rule.prints) return;
    std::vector<std::string> fields;
    if (separator == " ") {
      std::string field;
      for (char c : current + " ") {
        if (c == ' ' || c == '\t' || c == '\n') {
          if (!field.empty()) fields.push_back(field);
          field.clear();
        } else field.push_back(c);
      }
    } else if (!current.empty()) {
      std::string_view rest = current;
      for (;;) {
        const std::size_t at = rest.find(separator);
        fields.emplace_back(rest.substr(0, at));
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at + separator.size());
      }
    }
    if (rule.items.empty()) {
      out += current + "\n";
      return;
    }
    for (const auto& [kind, value] : rule.items) {
      switch (kind) {
        case ',': out += " "; break;
        case 's': out += value; break;
        case 'n': out += std::to_string(nr); break;
        case 'F': out += std::to_string(fields.size()); break;
        case 'l': out += fields.empty() ? current : fields.back(); break;
        default: {
          const auto n = static_cast<std::size_t>(std::stoi(value));
          out += n == 0 ? current : n <= fields.size() ? fields[n - 1] : "";
        }
      }
    }
    out += "\n";
  };
  bool done = false;
  for (const AwkRule& rule : *rules)
    if (rule.when == AwkRule::When::Begin) {
      run(rule);
      done = done || rule.exits;
    }
  for (const std::string& line : only_begin || done ? std::vector<std::string>{} : split_lines(text)) {
    if (done) break;
    ++nr;
    current = line;
    if (out.size() > kMaxText) {
      out = kUnknownText;
      break;
    }
    for (const AwkRule& rule : *rules) {
      if (done) break;
      const bool hit =
          rule.when == AwkRule::When::Always ||
          (rule.when == AwkRule::When::Line && rule.line == static_cast<std::int64_t>(nr)) ||
          (rule.when == AwkRule::When::Regex && !has_mark(line) && re2::RE2::PartialMatch(line, *rule.regex));
      if (rule.when == AwkRule::When::Regex && has_mark(line)) {
        out += kUnknownText + "\n";
        continue;
      }
      if (hit) {
        run(rule);
        done = done || rule.exits;
      }
    }
  }
  for (const AwkRule& rule : *rules)
    if (rule.when == AwkRule::When::End) run(rule);
  call.out(settle(std::move(out)));
  return status;
}

}  // namespace

void add_edit_programs(ProgramTable& table) {
  table["sed"] = do_sed;
  table["awk"] = do_awk;
  table["gawk"] = do_awk;
  table["mawk"] = do_awk;
}

}  // namespace podseer::process
