// SPDX-License-Identifier: Apache-2.0
// grep, egrep and fgrep over re2. 0 found, 1 not found, 2 trouble; `grep -q x file` on a file that is not known asks.
#include <re2/re2.h>

#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

int do_grep(Call& call) {
  Options options = read_options(call, "qcvEFGiowxrRlLnshHaPyz", "efmABC",
                                 {"quiet",           "silent",        "count",       "invert-match",
                                  "extended-regexp", "fixed-strings", "ignore-case", "only-matching",
                                  "word-regexp",     "line-regexp",   "recursive",   "files-with-matches",
                                  "line-buffered",   "color=",        "color",       "line-number",
                                  "no-messages",     "include=",      "no-filename", "text"});
  auto flag = [&](char c, const char* name) { return options.has(c) || options.long_flags.contains(name); };
  const bool quiet = flag('q', "quiet") || options.long_flags.contains("silent"), invert = flag('v', "invert-match"),
             fixed = flag('F', "fixed-strings") || call.argv[0].ends_with("fgrep");
  const bool extended = flag('E', "extended-regexp") || call.argv[0].ends_with("egrep"),
             insensitive = flag('i', "ignore-case") || options.has('y'), only = flag('o', "only-matching");
  const bool word = flag('w', "word-regexp"), whole = flag('x', "line-regexp"),
             recursive = flag('r', "recursive") || options.has('R'), names_only = flag('l', "files-with-matches"),
             silent = flag('s', "no-messages");
  const bool counts = flag('c', "count"), numbered = flag('n', "line-number");
  std::vector<std::string> patterns = options.patterns;
  bool vague_patterns = call.hazy;
  if (options.values.contains('f')) {
    const auto text = read_file(call, options.values.at('f'));
    if (!text) return 2;
    if (has_mark(*text)) vague_patterns = true;
    else
      for (const std::string& line : split_lines(*text)) patterns.push_back(line);
  } else if (patterns.empty()) {
    if (options.words.empty()) {
      call.err("grep: no pattern\n");
      call.sh.blame("grep without a pattern");
      return 2;
    }
    for (const std::string& line : split_lines(options.words[0])) patterns.push_back(line);
    if (options.words[0].empty()) patterns.emplace_back();
    options.words.erase(options.words.begin());
  }
  std::vector<std::string> names = options.words;
  if (recursive && names.empty()) names.emplace_back(".");
  std::string expression;
  for (const std::string& pattern : patterns) {
    if (has_mark(pattern)) {
      vague_patterns = true;
      continue;
    }
    std::optional<std::string> one;
    if (fixed) one = re2::RE2::QuoteMeta(pattern);
    else if (options.has('P')) one = pattern;
    else one = to_re2(pattern, extended);
    if (!one) {
      vague_patterns = true;
      continue;
    }
    std::string piece = "(?:" + *one + ")";
    if (word) piece = "(?:^|\\W)" + piece + "(?:\\W|$)";
    if (whole) piece = "^" + piece + "$";
    expression += (expression.empty() ? "" : "|") + piece;
  }
  re2::RE2::Options settings;
  settings.set_log_errors(false);
  settings.set_case_sensitive(!insensitive);
  settings.set_longest_match(!options.has('P'));
  settings.set_one_line(false);
  settings.set_max_mem(1 << 20);
  settings.set_encoding(re2::RE2::Options::EncodingLatin1);
  const re2::RE2 compiled("(?m)(?:" + expression + ")", settings);
  if (!compiled.ok()) {
    if (!extended && !options.has('P')) call.world.give_up();
    vague_patterns = true;
  }
  // The files.
  struct Input {
    std::string name;
    std::string text;
  };
  std::vector<Input> inputs;
  bool trouble = false, vague_files = false;
  if (names.empty()) inputs.push_back({"", call.sh.read_all(call.st)});
  int budget = 500;
  std::vector<std::string> open(names.rbegin(), names.rend());
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (--budget < 0) call.world.give_up();
    if (has_mark(name)) {
      vague_files = true;
      continue;
    }
    const FileInfo info = name == "-" ? FileInfo{} : call.world.files.stat(call.path(name));
    if (name != "-" && info.kind == FileInfo::Kind::Directory) {
      if (!recursive) {
        call.sh.blame(name + ": Is a directory");
        if (gnu(call)) {
          call.err("grep: " + name + ": Is a directory\n");
          trouble = true;
        } else inputs.push_back({name, ""});  // busybox opens it and reads nothing
        continue;
      }
      const auto items = call.world.files.list(call.path(name));
      if (!items) {
        vague_files = true;
        continue;
      }
      for (auto it = items->rbegin(); it != items->rend(); ++it) open.push_back((name == "/" ? "" : name) + "/" + *it);
      continue;
    }
    if (silent && name != "-" && info.kind == FileInfo::Kind::Missing) {
      trouble = true;
      call.sh.blame(name + ": No such file or directory");
      continue;
    }
    if (name != "-" && info.kind == FileInfo::Kind::Missing) {
      call.err("grep: " + name + ": No such file or directory\n");
      call.sh.blame(name + ": No such file or directory");
      trouble = true;
      continue;
    }
    if (const auto text = read_file(call, name)) inputs.push_back({name, *text});
    else trouble = true;
  }
  const bool labels = (inputs.size() > 1 || names.size() > 1 || recursive || options.has('H')) && !options.has('h') &&
                      !options.long_flags.contains("no-filename");
  bool found = false, maybe = vague_patterns || vague_files;
  std::string out;
  const auto limit = options.values.contains('m') ? parse_integer(options.values.at('m')).value_or(1000000) : 1000000;
  for (const Input& input : inputs) {
    std::int64_t hits = 0;
    bool vague_count = false;
    std::size_t number = 0;
    for (const std::string& line : split_lines(input.text)) {
      ++number;
      if (hits >= limit) break;
      if (line.find(kAny) != std::string::npos || vague_patterns) {
        // A known part that fits decides, unless it is the other way round.
        bool certain = false;
        if (!vague_patterns && !invert && !whole) {
          std::string_view rest = line;
          const std::size_t mark = rest.find_first_of(std::string{kAny, kWord});
          const std::string_view front = rest.substr(0, mark);
          if (front.size() > 1 && expression.find('$') == std::string::npos)
            certain = re2::RE2::PartialMatch(re2::StringPiece(front.data(), front.size()), compiled);
        }
        if (certain) found = true;
        maybe = true;
        vague_count = true;
        out += std::string(1, kAny) + "\n";
        continue;
      }
      bool hit = false;
      if (line.find(kWord) != std::string::npos) {
        if (expression == "(?:.)" || expression == "(?:)" || expression == "(?:.*)") hit = true;
        else {
          maybe = true;
          vague_count = true;
          out += std::string(1, kAny) + "\n";
          continue;
        }
      } else {
        hit = re2::RE2::PartialMatch(line, compiled);
      }
      if (hit == invert) continue;
      ++hits;
      found = true;
      if (only && !invert) {
        re2::StringPiece text(line), match;
        std::size_t from = 0;
        while (from <= line.size() && compiled.Match(text, from, line.size(), re2::RE2::UNANCHORED, &match, 1)) {
          if (match.empty()) {
            ++from;
            continue;
          }
          out += (labels ? input.name + ":" : "") + std::string(match) + "\n";
          from = static_cast<std::size_t>(match.data() - line.data()) + match.size();
        }
        continue;
      }
      out += (labels ? input.name + ":" : "") + (numbered ? std::to_string(number) + ":" : "") + line + "\n";
    }
    if (counts || names_only || options.has('L')) {
      if (&input == &inputs.front()) out.clear();
      else if (out == std::string(1, kAny) + "\n") out.clear();
    }
    if (counts) {
      out = (&input == &inputs.front() ? "" : out) + (labels ? input.name + ":" : "") +
            (vague_count ? std::string(1, kWord) : std::to_string(hits)) + "\n";
    }
    if (names_only || options.has('L')) { out = std::string(1, kAny); }
  }
  if (options.values.contains('A') || options.values.contains('B') || options.values.contains('C'))
    out = found ? std::string(1, kWord) + std::string(1, kAny) : maybe ? std::string(1, kAny) : "";
  if (names_only && inputs.size() == 1 && !maybe)
    out = found ? (inputs[0].name.empty() ? "(standard input)" : inputs[0].name) + "\n" : "";
  if (!found && !maybe && !counts) out.clear();
  if (options.has('L')) {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  }
  if (only && word) out = std::string(1, kAny);
  if (!quiet) call.out(out);
  if (found) {
    if (trouble && !quiet) return 2;
    if (trouble && quiet) return 0;
    return 0;
  }
  if (maybe) {
    if (trouble) return kUnknownStatus;
    return call.world.choose() ? 0 : 1;
  }
  if (!trouble) {
    call.sh.blame("grep finds no line that fits");
    return 1;
  }
  return 2;
}

}  // namespace

void add_search_programs(ProgramTable& table) {
  table["grep"] = do_grep;
  table["egrep"] = do_grep;
  table["fgrep"] = do_grep;
}

}  // namespace podseer::process
