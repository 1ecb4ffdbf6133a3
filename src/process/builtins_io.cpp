// SPDX-License-Identifier: Apache-2.0
// echo, printf and read as each shell has them: dash's echo knows \n but not -e, bash's and busybox' the other way
// round. `read` at the end of its input fails, which is how a container without stdin leaves `while read`.
#include <algorithm>
#include <cctype>

#include "process/builtins.hpp"

namespace podseer::process {

namespace {

/// Opens \n, \t, \0ooo, \xhh ... `stop` is set by \c.
std::string open_escapes(std::string_view text, bool& stop, bool needs_zero) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char c = text[++i];
    switch (c) {
      case 'n': out.push_back('\n'); break;
      case 't': out.push_back('\t'); break;
      case 'r': out.push_back('\r'); break;
      case 'a': out.push_back('\a'); break;
      case 'b': out.push_back('\b'); break;
      case 'f': out.push_back('\f'); break;
      case 'v': out.push_back('\v'); break;
      case 'e': out.push_back('\033'); break;
      case '\\': out.push_back('\\'); break;
      case 'c': stop = true; return out;
      case 'x': {
        int value = 0, digits = 0;
        while (digits < 2 && i + 1 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0) {
          const char d = text[++i];
          value = value * 16 + (d <= '9' ? d - '0' : (d | 32) - 'a' + 10);
          ++digits;
        }
        if (digits == 0) out += "\\x";
        else out.push_back(static_cast<char>(value));
        break;
      }
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7': {
        if (c != '0' && needs_zero) {
          out.push_back('\\');
          out.push_back(c);
          break;
        }
        int value = c - '0', digits = c == '0' ? 0 : 1;
        while (digits < 3 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7') {
          value = value * 8 + (text[++i] - '0');
          ++digits;
        }
        out.push_back(static_cast<char>(value & 255));
        break;
      }
      default:
        out.push_back('\\');
        out.push_back(c);
        break;
    }
  }
  return out;
}

}  // namespace

int builtin_echo(Call& call) {
  const Dialect dialect = call.st.dialect;
  bool newline = true, escapes = dialect == Dialect::Dash;
  std::size_t i = 1;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.size() < 2 || word[0] != '-') break;
    if (dialect == Dialect::Dash) {
      if (word != "-n") break;
      newline = false;
      continue;
    }
    if (word.find_first_not_of("neE", 1) != std::string::npos) break;
    for (char c : word.substr(1)) {
      if (c == 'n') newline = false;
      if (c == 'e') escapes = true;
      if (c == 'E') escapes = false;
    }
  }
  std::string text = join({call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end()}, " ");
  bool stop = false;
  if (escapes) text = open_escapes(text, stop, true);
  if (newline && !stop) text.push_back('\n');
  call.out(text);
  return 0;
}

int builtin_printf(Call& call) {
  std::size_t first = 1;
  std::string variable;
  if (call.argv.size() > 2 && call.argv[1] == "-v" && call.st.dialect == Dialect::Bash) {
    variable = call.argv[2];
    first = 3;
  }
  if (call.argv.size() > first && call.argv[first] == "--") ++first;
  if (call.argv.size() <= first) {
    call.err(call.argv[0] + ": usage: printf format [arguments]\n");
    return 2;
  }
  auto emit = [&](std::string text) {
    if (variable.empty()) call.out(text);
    else call.sh.assign(call.st, variable, std::move(text));
  };
  const std::string format = call.argv[first];
  if (has_mark(format) || call.hazy) {
    emit(std::string(1, kAny));
    return format.find('%') == std::string::npos && !call.hazy ? 0 : kUnknownStatus;
  }
  std::size_t next = first + 1;
  std::string out;
  int status = 0;
  bool consumed = true;
  bool stop = false;
  for (int turns = 0; turns < 2000 && !stop; ++turns) {
    consumed = false;
    for (std::size_t i = 0; i < format.size() && !stop; ++i) {
      if (format[i] == '\\') {
        std::size_t end = i + 2;
        if (i + 1 < format.size() && (format[i + 1] == 'x' || (format[i + 1] >= '0' && format[i + 1] <= '7'))) {
          while (end < format.size() && end < i + 4 && std::isxdigit(static_cast<unsigned char>(format[end])) != 0 &&
                 (format[i + 1] == 'x' || format[end] <= '7'))
            ++end;
        }
        out += open_escapes(std::string_view(format).substr(i, end - i), stop, false);
        i = end - 1;
        continue;
      }
      if (format[i] != '%') {
        out.push_back(format[i]);
        continue;
      }
      if (i + 1 < format.size() && format[i + 1] == '%') {
        out.push_back('%');
        ++i;
        continue;
      }
      std::size_t k = i + 1;
      bool left = false, zero = false, plus = false, blank = false, alternate = false;
      for (; k < format.size() && std::string_view("-+ 0#").find(format[k]) != std::string_view::npos; ++k) {
        left = left || format[k] == '-';
        zero = zero || format[k] == '0';
        plus = plus || format[k] == '+';
        blank = blank || format[k] == ' ';
        alternate = alternate || format[k] == '#';
      }
      auto number_field = [&]() -> int {
        if (k < format.size() && format[k] == '*') {
          ++k;
          const auto value =
              next < call.argv.size() ? parse_integer(call.argv[next++]) : std::optional<std::int64_t>(0);
          consumed = true;
          if (!value || *value > 1000 || *value < -1000) call.world.give_up();
          return static_cast<int>(*value);
        }
        int value = 0;
        while (k < format.size() && std::isdigit(static_cast<unsigned char>(format[k])) != 0 && value < 1000)
          value = value * 10 + (format[k++] - '0');
        return value;
      };
      int width = number_field();
      if (width < 0) {
        left = true;
        width = -width;
      }
      int precision = -1;
      if (k < format.size() && format[k] == '.') {
        ++k;
        precision = number_field();
      }
      if (k >= format.size()) {
        call.err(call.argv[0] + ": %: missing format character\n");
        return call.st.dialect == Dialect::Dash ? 2 : 1;
      }
      const char kind = format[k];
      i = k;
      const bool have = next < call.argv.size();
      const std::string word = have ? call.argv[next] : std::string();
      if (have) {
        ++next;
        consumed = true;
      }
      std::string piece;
      bool vague = false;
      switch (kind) {
        case 's':
          piece = precision >= 0 && known(word) ? word.substr(0, static_cast<std::size_t>(precision)) : word;
          vague = precision >= 0 && !known(word);
          break;
        case 'b': piece = open_escapes(word, stop, false); break;
        case 'c': piece = word.substr(0, 1); break;
        case 'q':
          if (call.st.dialect != Dialect::Bash) {
            call.err(call.argv[0] + ": %q: invalid directive\n");
            return call.st.dialect == Dialect::Dash ? 2 : 1;
          }
          piece = std::string(1, word.empty() ? kWord : kAny);
          break;
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o': {
          if (has_mark(word)) {
            piece = std::string(1, kWord);
            break;
          }
          std::int64_t value = 0;
          if (!word.empty()) {
            if (word[0] == '\'' || word[0] == '"') {
              value = word.size() > 1 ? static_cast<unsigned char>(word[1]) : 0;
            } else if (word.size() > 1 && word[0] == '0') {
              call.world.give_up();
            } else if (const auto parsed = parse_integer(word)) {
              value = *parsed;
            } else {
              std::size_t digits = word[0] == '-' ? 1 : 0;
              while (digits < word.size() && std::isdigit(static_cast<unsigned char>(word[digits])) != 0) ++digits;
              value = parse_integer(word.substr(0, digits)).value_or(0);
              call.err(call.argv[0] + ": " + word + ": invalid number\n");
              status = 1;
              if (call.st.dialect == Dialect::Ash) { value = 0; }
            }
          }
          char buffer[64];
          const char* pattern = kind == 'x'   ? "%llx"
                                : kind == 'X' ? "%llX"
                                : kind == 'o' ? "%llo"
                                : kind == 'u' ? "%llu"
                                              : "%lld";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
          std::snprintf(buffer, sizeof buffer, pattern, static_cast<long long>(value));
#pragma GCC diagnostic pop
          piece = buffer;
          if (alternate && kind == 'x') piece.insert(0, "0x");
          if (plus && value >= 0 && kind != 'x' && kind != 'o') piece.insert(0, "+");
          else if (blank && value >= 0) piece.insert(0, " ");
          if (zero && !left && precision < 0) {
            const bool sign = !piece.empty() && (piece[0] == '-' || piece[0] == '+');
            while (piece.size() < static_cast<std::size_t>(width)) piece.insert(sign ? 1 : 0, "0");
          }
          break;
        }
        case 'f':
        case 'e':
        case 'g':
        case 'E':
        case 'G':
        case 'F': {
          if (has_mark(word)) {
            piece = std::string(1, kWord);
            break;
          }
          char* end = nullptr;
          const double value = word.empty() ? 0 : std::strtod(word.c_str(), &end);
          if (end != nullptr && *end != '\0') status = 1;
          char buffer[512];
          const int digits = precision < 0 ? 6 : std::min(precision, 40);
          if (kind == 'f' || kind == 'F') std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
          else if (kind == 'e' || kind == 'E') std::snprintf(buffer, sizeof buffer, "%.*e", digits, value);
          else std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
          piece = buffer;
          break;
        }
        case '(': emit(std::string(1, kAny)); return 0;
        default:
          call.err(call.argv[0] + ": %" + std::string(1, kind) + ": invalid directive\n");
          return call.st.dialect == Dialect::Dash ? 2 : 1;
      }
      if (vague) piece = std::string(1, kAny);
      if (known(piece) && piece.size() < static_cast<std::size_t>(width)) {
        const std::string pad(static_cast<std::size_t>(width) - piece.size(), ' ');
        piece = left ? piece + pad : pad + piece;
      }
      out += piece;
      if (out.size() > kMaxText) {
        out = std::string(1, kAny);
        stop = true;
      }
    }
    if (next >= call.argv.size() || !consumed) break;
  }
  emit(settle(std::move(out)));
  return status;
}

int builtin_read(Call& call) {
  State& st = call.st;
  bool raw = false, array = false;
  int fd = 0;
  std::optional<Seconds> limit;
  bool count_given = false;
  char delimiter = '\n';
  std::size_t i = 1;
  for (; i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i][0] == '-'; ++i) {
    const std::string& word = call.argv[i];
    if (word == "--") {
      ++i;
      break;
    }
    for (std::size_t k = 1; k < word.size(); ++k) {
      const char c = word[k];
      auto argument = [&]() -> std::string {
        std::string value = k + 1 < word.size()        ? word.substr(k + 1)
                            : i + 1 < call.argv.size() ? call.argv[++i]
                                                       : std::string();
        k = word.size();
        return value;
      };
      if (c == 'r') raw = true;
      else if (c == 's' || c == 'e') {
      } else if (c == 'a') {
        array = true;
        k = word.size();
      } else if (st.dialect == Dialect::Dash && c != 'p') return 2;
      else if (c == 'p') argument();
      else if (c == 't') {
        const std::string value = argument();
        char* end = nullptr;
        limit = std::strtod(value.c_str(), &end);
      } else if (c == 'n' || c == 'N') {
        argument();
        count_given = true;
      } else if (c == 'd') {
        const std::string value = argument();
        delimiter = value.empty() ? '\0' : value[0];
      } else if (c == 'u') {
        const auto number = parse_integer(argument());
        if (!number) call.world.give_up();
        fd = static_cast<int>(*number);
      } else call.world.give_up();
    }
  }
  std::vector<std::string> names(call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())),
                                 call.argv.end());
  if (names.empty()) {
    if (st.dialect == Dialect::Dash) {
      call.sh.message(st, "read: arg count");
      return 2;
    }
    names.emplace_back("REPLY");
  }
  const StreamPtr stream = call.sh.input(st, fd);
  if (stream->kind == Stream::Kind::Never || (stream->kind == Stream::Kind::Input && stream->never_ends &&
                                              stream->text.find(delimiter, stream->position) == std::string::npos)) {
    if (limit) {
      call.sh.sleep(st, *limit, *limit);
      return st.dialect == Dialect::Bash ? 142 : 1;
    }
    call.world.forever("it waits for input that never comes");
  }
  if (count_given) call.world.give_up();
  std::string line;
  bool complete = false;
  if (stream->kind == Stream::Kind::Unknown || stream->remote) call.world.give_up();
  if (stream->kind == Stream::Kind::Input) {
    const std::string& text = stream->text;
    std::size_t at = stream->position;
    while (at < text.size()) {
      const char c = text[at];
      if (c == kAny) {
        // Unknown lines: one more, or the end.
        ++call.world.unknown_reads;
        if (call.world.choose()) {
          for (const std::string& name : names) call.sh.assign(st, name, std::string(1, kAny));
          return 0;
        }
        stream->position = text.size();
        for (const std::string& name : names) call.sh.assign(st, name, "");
        return 1;
      }
      ++at;
      if (c == delimiter) {
        complete = true;
        break;
      }
      if (c == '\\' && !raw) {
        if (at < text.size() && text[at] == '\n') {
          ++at;
          continue;
        }
        if (at < text.size()) {
          line.push_back('\x02');
          line.push_back(text[at++]);
          continue;
        }
        continue;
      }
      line.push_back(c);
    }
    stream->position = at;
  }
  std::string ifs = " \t\n";
  if (const Variable* variable = call.sh.find(st, "IFS"); variable != nullptr && variable->set) ifs = variable->value;
  auto is_space = [&](char c) { return (c == ' ' || c == '\t' || c == '\n') && ifs.find(c) != std::string::npos; };
  auto plain = [](std::string text) {
    std::erase(text, '\x02');
    return text;
  };
  std::size_t at = 0;
  while (at < line.size() && is_space(line[at])) ++at;
  std::vector<std::string> fields;
  if (array) {
    const std::string name = names.empty() ? "REPLY" : names[0];
    while (at < line.size()) {
      std::string field;
      while (at < line.size() && ifs.find(line[at]) == std::string::npos) {
        if (line[at] == '\x02' && at + 1 < line.size()) ++at;
        field.push_back(line[at++]);
      }
      fields.push_back(field);
      bool hard = false;
      while (at < line.size() && ifs.find(line[at]) != std::string::npos) {
        if (!is_space(line[at])) {
          if (hard) break;
          hard = true;
        }
        ++at;
      }
    }
    Variable list;
    list.is_array = true;
    for (std::size_t k = 0; k < fields.size(); ++k) {
      const std::string key = std::to_string(k);
      list.elements[std::string(10 - key.size(), '0') + key] = fields[k];
    }
    st.variables.insert_or_assign(name, list);
    return complete ? 0 : 1;
  }
  for (std::size_t n = 0; n < names.size(); ++n) {
    if (has_mark(names[n])) call.world.give_up();
    if (n + 1 == names.size()) {
      std::string rest = line.substr(std::min(at, line.size()));
      while (!rest.empty() && is_space(rest.back()) && !(rest.size() > 1 && rest[rest.size() - 2] == '\x02'))
        rest.pop_back();
      // One delimiter at the very end belongs to the last field.
      if (names.size() > 1 || true) {
        if (!rest.empty() && ifs.find(rest.back()) != std::string::npos && !is_space(rest.back()) &&
            std::none_of(rest.begin(), rest.end() - 1, [&](char c) { return ifs.find(c) != std::string::npos; }))
          rest.pop_back();
      }
      if (!call.sh.assign(st, names[n], plain(rest))) return 1;
      break;
    }
    std::string field;
    while (at < line.size() && ifs.find(line[at]) == std::string::npos) {
      if (line[at] == '\x02' && at + 1 < line.size()) ++at;
      field.push_back(line[at++]);
    }
    bool hard = false;
    while (at < line.size() && ifs.find(line[at]) != std::string::npos) {
      if (!is_space(line[at])) {
        if (hard) break;
        hard = true;
      }
      ++at;
    }
    if (!call.sh.assign(st, names[n], plain(field))) return 1;
  }
  return complete ? 0 : 1;
}

int builtin_test(Call& call) {
  std::vector<std::string> words(call.argv.begin() + 1, call.argv.end());
  const std::string shown = call.argv[0];
  if (shown == "[") {
    if (words.empty() || words.back() != "]") {
      if (call.hazy) return kUnknownStatus;
      call.sh.message(call.st, call.st.dialect == Dialect::Ash    ? "missing ]"
                               : call.st.dialect == Dialect::Dash ? "[: missing ]"
                                                                  : "[: missing `]'");
      call.sh.blame("`[` without its `]`");
      return 2;
    }
    words.pop_back();
  }
  return run_test(call, words, shown);
}

}  // namespace podseer::process
