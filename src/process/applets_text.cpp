// SPDX-License-Identifier: Apache-2.0
// Filters: head, tail, wc, sort, uniq, cut, tr, base64 ... over text whose unknown pieces stay unknown. `tail -f` of
// a file that is there never ends; of one that is missing it ends with 1, and `tail -F` waits for it.
#include <algorithm>
#include <cctype>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

const std::string kUnknownText(1, kAny);

int do_head(Call& call) {
  std::int64_t lines = 10, bytes = -1;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    auto number = [&](const std::string& text) -> std::int64_t {
      const auto n = parse_integer(text);
      if (!n) call.world.give_up();
      return *n;
    };
    if (word == "-n") lines = number(call.arg(++i));
    else if (word == "-c") bytes = number(call.arg(++i));
    else if (word == "-q" || word == "-v") {
    } else if (word.starts_with("-n")) lines = number(word.substr(2));
    else if (word.starts_with("-c")) bytes = number(word.substr(2));
    else if (word.starts_with("--lines=")) lines = number(word.substr(8));
    else if (word.starts_with("--bytes=")) bytes = number(word.substr(8));
    else if (word.size() > 1 && word[0] == '-' && std::isdigit(static_cast<unsigned char>(word[1])) != 0)
      lines = number(word.substr(1));
    else if (word.size() > 1 && word[0] == '-' && word != "--") call.world.give_up();
    else if (word != "--") names.push_back(word);
  }
  int status = 0;
  // Only what is asked for is read, so an endless writer may be cut.
  std::string text;
  const StreamPtr in = call.sh.input(call.st);
  if (names.empty() && in->kind == Stream::Kind::Input && in->never_ends) {
    const std::string rest = in->text.substr(std::min(in->position, in->text.size()));
    const auto have = std::count(rest.begin(), rest.end(), '\n');
    if (bytes >= 0 || have < lines || lines < 0) text = call.sh.read_all(call.st);
    else {
      text = rest;
      in->position = in->text.size();
    }
  } else if (names.size() == 1 && bytes >= 0 &&
             (names[0] == "/dev/urandom" || names[0] == "/dev/random" || names[0] == "/dev/zero")) {
    call.out(bytes > 0 ? std::string(1, kAny) : "");
    return 0;
  } else {
    text = read_inputs(call, names, status);
  }
  if (call.hazy) {
    call.out(kUnknownText);
    return kUnknownStatus;
  }
  if (bytes >= 0) {
    const std::string_view part = std::string_view(text).substr(0, static_cast<std::size_t>(bytes));
    call.out(has_mark(part) ? kUnknownText : std::string(part));
    return status;
  }
  if (lines < 0 || names.size() > 1) {
    call.out(text.empty() ? "" : kUnknownText);
    return status;
  }
  std::string out;
  std::int64_t count = 0;
  for (char c : text) {
    if (count >= lines) break;
    out.push_back(c);
    if (c == '\n') ++count;
    if (c == kAny) {
      out += kAny;
      break;
    }  // any number of lines: what follows may or may not be shown
  }
  call.out(out);
  return status;
}

int do_tail(Call& call) {
  std::int64_t lines = 10;
  bool follow = false, retry = false, from_start = false, bytes = false;
  std::vector<std::string> names;
  auto count_of = [&](std::string text) {
    if (text.starts_with('+')) {
      from_start = true;
      text.erase(0, 1);
    }
    const auto n = parse_integer(text);
    if (!n) call.world.give_up();
    lines = std::abs(*n);
  };
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-f" || word == "--follow" || word == "-fn" || word == "--follow=descriptor") {
      follow = true;
      if (word == "-fn") count_of(call.arg(++i));
    } else if (word == "-F" || word == "--follow=name" || word == "-Fn") {
      follow = true;
      retry = word != "--follow=name";
      if (word == "-Fn") count_of(call.arg(++i));
    } else if (word == "--retry") retry = true;
    else if (word == "-n") count_of(call.arg(++i));
    else if (word.starts_with("-n")) {
      std::string rest = word.substr(2);
      if (rest.ends_with('f') || rest.ends_with('F')) {
        follow = true;
        retry = retry || rest.ends_with('F');
        rest.pop_back();
      }
      count_of(rest);
    } else if (word.starts_with("--lines=")) count_of(word.substr(8));
    else if (word == "-c") {
      bytes = true;
      ++i;
    } else if (word == "-q" || word == "-v" || word == "--quiet") {
    } else if (word == "-qF" || word == "-qf" || word == "-vf" || word == "-vF") {
      follow = true;
      retry = word.ends_with('F');
    } else if (word == "-s") ++i;
    else if (word.starts_with("--pid")) call.world.give_up();
    else if (word.size() > 1 && word[0] == '+' && std::isdigit(static_cast<unsigned char>(word[1])) != 0)
      count_of(word);
    else if (word.size() > 1 && word[0] == '-' && std::isdigit(static_cast<unsigned char>(word[1])) != 0) {
      std::string rest = word.substr(1);
      if (rest.ends_with('f')) {
        follow = true;
        rest.pop_back();
      }
      if (rest.ends_with('F')) {
        follow = retry = true;
        rest.pop_back();
      }
      count_of(rest);
    } else if (word.size() > 1 && word[0] == '-' && word != "--") call.world.give_up();
    else if (word != "--") names.push_back(word);
  }
  if (follow) {
    bool any = names.empty();
    if (names.empty() && call.sh.input(call.st)->kind != Stream::Kind::Never) {
      // A pipe that ends, ends GNU's tail -f too.
      call.world.give_up();
    }
    int status = 0;
    for (const std::string& name : names) {
      if (name == "-") call.world.give_up();
      const FileInfo::Kind kind = known(name) && known(call.st.cwd) && !call.hazy
                                      ? call.world.files.stat(call.path(name)).kind
                                      : FileInfo::Kind::Unknown;
      bool there = kind != FileInfo::Kind::Missing;
      if (kind == FileInfo::Kind::Unknown && !retry) there = call.world.choose("file:" + call.path(name));
      if (there || retry) {
        any = true;
        continue;
      }
      call.err(gnu(call) ? "tail: cannot open '" + name + "' for reading: No such file or directory\n"
                         : "tail: can't open '" + name + "': No such file or directory\n");
      call.sh.blame(name + ": No such file or directory");
      status = 1;
    }
    if (any) call.world.forever("tail follows the file for ever");
    if (gnu(call)) call.err("tail: no files remaining\n");
    else call.err("tail: no files\n");
    return status;
  }
  int status = 0;
  if (!bytes && !from_start && lines > 0) hoard_lines(call, names);
  const std::string text = read_inputs(call, names, status);
  if (call.hazy) {
    call.out(kUnknownText);
    return kUnknownStatus;
  }
  if (bytes || names.size() > 1) {
    call.out(text.empty() ? "" : kUnknownText);
    return status;
  }
  if (has_mark(text)) {
    if (text.find(kAny) == std::string::npos || lines == 0) {
    } else if (!from_start) {
      // The last lines after the last unknown piece, if there are enough.
      const std::size_t mark = text.rfind(kAny);
      const std::string after = text.substr(mark + 1);
      if (std::count(after.begin(), after.end(), '\n') <= lines) {
        call.out(kUnknownText);
        return status;
      }
    } else {
      call.out(kUnknownText);
      return status;
    }
  }
  std::vector<std::string> all = split_lines(text);
  std::size_t first = from_start ? static_cast<std::size_t>(std::max<std::int64_t>(lines - 1, 0))
                                 : all.size() - std::min<std::size_t>(all.size(), static_cast<std::size_t>(lines));
  std::string out;
  for (std::size_t i = first; i < all.size(); ++i)
    out += all[i] + (i + 1 < all.size() || text.ends_with('\n') ? "\n" : "");
  call.out(out);
  return status;
}

int do_wc(Call& call) {
  const Options options = read_options(call, "lwcmL");
  int status = 0;
  std::string text;
  if (options.words.size() > 1 || call.hazy) {
    for (const std::string& name : options.words)
      if (!read_file(call, name)) status = 1;
    call.out(kUnknownText);
    return call.hazy ? kUnknownStatus : status;
  }
  if (options.words.empty()) text = call.sh.read_all(call.st);
  else if (const auto read = read_file(call, options.words[0])) text = *read;
  else return 1;
  std::string count(1, kWord);
  if (!has_mark(text)) {
    if (options.has('l')) count = std::to_string(std::count(text.begin(), text.end(), '\n'));
    else if (options.has('c')) count = std::to_string(text.size());
    else if (options.has('w')) {
      std::size_t words = 0;
      bool inside = false;
      for (char c : text) {
        const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (!space && !inside) ++words;
        inside = !space;
      }
      count = std::to_string(words);
    } else if (!options.has('m')) {
      call.out(kUnknownText);
      return status;
    }
  }
  if (options.flags.size() != 1) {
    call.out(kUnknownText);
    return status;
  }
  call.out(count + (options.words.empty() ? "" : " " + options.words[0]) + "\n");
  return status;
}

/// sort of known text in the C locale.
int do_sort(Call& call) {
  const Options options = read_options(call, "nrufbidsVhgMcmz", "kto", {"unique", "reverse", "numeric-sort"});
  int status = 0;
  hoard_lines(call, options.words);
  std::string text = read_inputs(call, options.words, status);
  if (status != 0) status = 2;
  if (!gnu(call) && status != 0) status = 1;
  if (call.hazy) {
    call.out(kUnknownText);
    return kUnknownStatus;
  }
  const bool simple = options.values.empty() && !options.has('f') && !options.has('V') && !options.has('h') &&
                      !options.has('g') && !options.has('M') && !options.has('c') && !options.has('i') &&
                      !options.has('d') && !options.has('b') && !options.has('m') && !options.has('z');
  if (options.has('c')) {
    call.out("");
    return kUnknownStatus;
  }
  if (options.values.contains('o')) { call.world.files.hazy = true; }
  if (text.empty()) return status;
  std::vector<std::string> lines = split_lines(text);
  if (has_mark(text) || !simple) {
    // Whole known lines among unknown ones survive, their order does not matter to a search.
    std::string out;
    if (simple && !options.values.contains('o'))
      for (const std::string& line : lines) out += line + "\n";
    call.out(out.empty() ? kUnknownText : out + kUnknownText);
    return status;
  }
  const bool numeric = options.has('n') || options.long_flags.contains("numeric-sort");
  std::stable_sort(lines.begin(), lines.end(), [&](const std::string& a, const std::string& b) {
    if (numeric) {
      const double x = std::strtod(a.c_str(), nullptr), y = std::strtod(b.c_str(), nullptr);
      if (x != y) return x < y;
    }
    return a < b;
  });
  if (options.has('r') || options.long_flags.contains("reverse")) std::reverse(lines.begin(), lines.end());
  if (options.has('u') || options.long_flags.contains("unique")) {
    if (numeric) {
      call.out(kUnknownText);
      return status;
    }
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  }
  call.out(join(lines, "\n") + "\n");
  return status;
}

int do_uniq(Call& call) {
  const Options options = read_options(call, "cdui", "fsw");
  int status = 0;
  const std::string text = read_inputs(call, options.words, status);
  if (has_mark(text) || options.has('i') || !options.values.empty() || call.hazy || options.words.size() > 1) {
    call.out(text.empty() ? "" : kUnknownText);
    return status;
  }
  const std::vector<std::string> lines = split_lines(text);
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t k = i;
    while (k < lines.size() && lines[k] == lines[i]) ++k;
    const std::size_t count = k - i;
    if ((!options.has('d') || count > 1) && (!options.has('u') || count == 1)) {
      std::string number = std::to_string(count);
      if (number.size() < 7) number.insert(0, 7 - number.size(), ' ');
      out += (options.has('c') ? number + " " : "") + lines[i] + "\n";
    }
    i = k;
  }
  call.out(out);
  return status;
}

/// "1", "1,3", "2-", "-3"
bool in_list(const std::string& list, std::int64_t n) {
  std::string_view rest = list;
  for (;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view piece = rest.substr(0, comma);
    const std::size_t dash = piece.find('-');
    if (dash == std::string_view::npos) {
      if (parse_integer(piece) == n) return true;
    } else {
      const auto from = dash == 0 ? std::optional<std::int64_t>(1) : parse_integer(piece.substr(0, dash));
      const auto to =
          dash + 1 == piece.size() ? std::optional<std::int64_t>(1000000) : parse_integer(piece.substr(dash + 1));
      if (from && to && n >= *from && n <= *to) return true;
    }
    if (comma == std::string_view::npos) return false;
    rest.remove_prefix(comma + 1);
  }
}

int do_cut(Call& call) {
  const Options options =
      read_options(call, "sn", "dfcb", {"delimiter=", "fields=", "output-delimiter=", "complement"});
  int status = 0;
  const std::string text = read_inputs(call, options.words, status);
  std::string delimiter = options.values.contains('d')                ? options.values.at('d')
                          : options.long_values.contains("delimiter") ? options.long_values.at("delimiter")
                                                                      : "\t";
  std::string fields = options.values.contains('f')             ? options.values.at('f')
                       : options.long_values.contains("fields") ? options.long_values.at("fields")
                                                                : "";
  std::string columns = options.values.contains('c')   ? options.values.at('c')
                        : options.values.contains('b') ? options.values.at('b')
                                                       : "";
  if (fields.empty() && columns.empty()) {
    call.sh.blame("cut needs a list of fields");
    return 1;
  }
  if (!options.long_flags.empty() || options.long_values.contains("output-delimiter") || has_mark(delimiter) ||
      has_mark(fields) || has_mark(columns) || call.hazy) {
    call.out(kUnknownText);
    return call.hazy ? kUnknownStatus : status;
  }
  if (delimiter.size() > 1) {
    call.err("cut: the delimiter must be a single character\n");
    call.sh.blame("cut: the delimiter must be a single character");
    return 1;
  }
  std::string out;
  for (const std::string& line : split_lines(text)) {
    if (!columns.empty()) {
      if (has_mark(line)) {
        out += kUnknownText + "\n";
        continue;
      }
      for (std::size_t i = 0; i < line.size(); ++i)
        if (in_list(columns, static_cast<std::int64_t>(i) + 1)) out.push_back(line[i]);
      out += "\n";
      continue;
    }
    if (line.find(kAny) != std::string::npos) {
      out += kUnknownText + "\n";
      continue;
    }
    if (line.find(delimiter) == std::string::npos) {
      if (!options.has('s')) out += line + "\n";
      continue;
    }
    std::string_view rest = line;
    std::int64_t n = 1;
    bool first = true;
    for (;; ++n) {
      const std::size_t at = rest.find(delimiter);
      if (in_list(fields, n)) {
        if (!first) out += delimiter;
        first = false;
        out += rest.substr(0, at);
      }
      if (at == std::string_view::npos) break;
      rest.remove_prefix(at + 1);
    }
    out += "\n";
  }
  call.out(out);
  return status;
}

/// The characters of a tr set; empty optional when it is not understood.
std::optional<std::string> tr_set(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "[:") == 0) {
      const std::size_t end = text.find(":]", i);
      if (end == std::string::npos) return std::nullopt;
      const std::string name = text.substr(i + 2, end - i - 2);
      for (int c = 1; c < 127; ++c) {
        if ((name == "upper" && std::isupper(c) != 0) || (name == "lower" && std::islower(c) != 0) ||
            (name == "digit" && std::isdigit(c) != 0) || (name == "alpha" && std::isalpha(c) != 0) ||
            (name == "alnum" && std::isalnum(c) != 0) || (name == "space" && std::isspace(c) != 0) ||
            (name == "punct" && std::ispunct(c) != 0) || (name == "blank" && (c == ' ' || c == '\t')) ||
            (name == "cntrl" && std::iscntrl(c) != 0) || (name == "print" && std::isprint(c) != 0))
          out.push_back(static_cast<char>(c));
      }
      i = end + 1;
      continue;
    }
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      else if (c == 't') c = '\t';
      else if (c == 'r') c = '\r';
      else if (c >= '0' && c <= '7') {
        int value = 0, digits = 0;
        while (digits < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7') {
          value = value * 8 + (text[i++] - '0');
          ++digits;
        }
        --i;
        if (value == 0) return std::nullopt;
        c = static_cast<char>(value);
      }
    }
    if (i + 2 < text.size() && text[i + 1] == '-' && text[i + 2] != ']') {
      for (int v = static_cast<unsigned char>(c); v <= static_cast<unsigned char>(text[i + 2]); ++v)
        out.push_back(static_cast<char>(v));
      i += 2;
      continue;
    }
    out.push_back(c);
  }
  return out;
}

int do_tr(Call& call) {
  const Options options = read_options(call, "dscCt");
  const std::string text = call.sh.read_all(call.st);
  if (options.words.empty()) {
    call.sh.blame("tr needs a set");
    return 1;
  }
  if (call.hazy) {
    call.out(kUnknownText);
    return kUnknownStatus;
  }
  const auto from = has_mark(options.words[0]) ? std::nullopt : tr_set(options.words[0]);
  const auto to = options.words.size() > 1 && !has_mark(options.words[1]) ? tr_set(options.words[1])
                                                                          : std::optional<std::string>("");
  if (has_mark(text) || !from || !to || text.find('\0') != std::string::npos) {
    call.out(text.empty() ? "" : kUnknownText);
    return 0;
  }
  const bool complement = options.has('c') || options.has('C');
  if (complement && !options.has('d') && to->size() != 1) {
    call.out(kUnknownText);
    return 0;
  }
  std::string out;
  for (char c : text) {
    const std::size_t at = from->find(c);
    const bool hit = (at != std::string::npos) != complement;
    if (options.has('d')) {
      if (!hit) out.push_back(c);
      continue;
    }
    char made = c;
    if (hit && !to->empty()) made = complement ? (*to)[0] : at < to->size() ? (*to)[at] : to->back();
    const std::string& squeezed = to->empty() ? *from : *to;
    if (options.has('s') && !out.empty() && out.back() == made &&
        (to->empty() ? hit : squeezed.find(made) != std::string::npos))
      continue;
    out.push_back(made);
  }
  call.out(out);
  return 0;
}

int do_rev(Call& call) {
  int status = 0;
  const std::string text = read_inputs(call, {call.argv.begin() + 1, call.argv.end()}, status);
  if (has_mark(text)) {
    call.out(kUnknownText);
    return status;
  }
  std::vector<std::string> lines = split_lines(text);
  const bool whole = call.argv[0].ends_with("tac");
  if (whole) std::reverse(lines.begin(), lines.end());
  else
    for (std::string& line : lines) std::reverse(line.begin(), line.end());
  if (!lines.empty()) call.out(join(lines, "\n") + "\n");
  return status;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int do_base64(Call& call) {
  const Options options = read_options(call, "di", "w", {"decode", "wrap="});
  int status = 0;
  const std::string text = read_inputs(call, options.words, status);
  if (status != 0) return status;
  const bool decode = options.has('d') || options.long_flags.contains("decode");
  if (has_mark(text) || call.hazy) {
    call.out(decode ? kUnknownText : std::string(1, kWord) + "\n");
    return decode ? kUnknownStatus : 0;
  }
  std::string out;
  if (!decode) {
    for (std::size_t i = 0; i < text.size(); i += 3) {
      std::uint32_t bits = 0;
      for (std::size_t k = 0; k < 3; ++k)
        bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
      for (std::size_t k = 0; k < 4; ++k)
        out.push_back(i + k > text.size() ? '=' : kBase64[(bits >> (18 - 6 * k)) & 63U]);
    }
    if (out.size() > 76 && !options.values.contains('w')) {
      std::string wrapped;
      for (std::size_t i = 0; i < out.size(); i += 76) wrapped += out.substr(i, 76) + "\n";
      out = wrapped;
    } else if (!out.empty() && !(options.values.contains('w') && options.values.at('w') == "0")) {
      out += "\n";
    }
    call.out(out);
    return 0;
  }
  std::uint32_t bits = 0;
  int count = 0;
  bool bad = false;
  for (char c : text) {
    if (c == '\n' || c == '=') continue;
    const std::size_t value = kBase64.find(c);
    if (value == std::string_view::npos) {
      bad = true;
      break;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count == 4) {
      for (int k = 2; k >= 0; --k) out.push_back(static_cast<char>((bits >> (8 * k)) & 255U));
      count = 0;
      bits = 0;
    }
  }
  if (bad || count == 1) {
    call.out(kUnknownText);
    call.sh.blame("base64: invalid input");
    return 1;
  }
  if (count == 2) out.push_back(static_cast<char>((bits >> 4) & 255U));
  if (count == 3) {
    out.push_back(static_cast<char>((bits >> 10) & 255U));
    out.push_back(static_cast<char>((bits >> 2) & 255U));
  }
  if (has_mark(out) || out.find('\0') != std::string::npos) out = kUnknownText;
  call.out(out);
  return 0;
}

int do_checksum(Call& call) {
  const Options options = read_options(call, "cbtsw", "", {"check", "status", "quiet", "strict"});
  if (options.has('c') || options.long_flags.contains("check")) {
    call.out(kUnknownText);
    return kUnknownStatus;
  }
  int status = 0;
  std::vector<std::string> names = options.words;
  if (names.empty()) names.emplace_back("-");
  for (const std::string& name : names) {
    if (read_file(call, name)) call.out(std::string(1, kWord) + "  " + name + "\n");
    else status = 1;
  }
  return call.hazy ? kUnknownStatus : status;
}

}  // namespace

void add_text_programs(ProgramTable& table) {
  table["head"] = do_head;
  table["tail"] = do_tail;
  table["wc"] = do_wc;
  table["sort"] = do_sort;
  table["uniq"] = do_uniq;
  table["cut"] = do_cut;
  table["tr"] = do_tr;
  table["rev"] = do_rev;
  table["tac"] = do_rev;
  table["base64"] = do_base64;
  table["md5sum"] = do_checksum;
  table["sha256sum"] = do_checksum;
  table["sha512sum"] = do_checksum;
}

}  // namespace podseer::process
