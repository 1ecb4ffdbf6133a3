// SPDX-License-Identifier: Apache-2.0
// Words to fields: tilde, parameters, $( ), $(( )), splitting by IFS, names of files, quote removal (POSIX.1-2017
// XCU 2.6, in that order), with bash's braces first. `echo "$@" $x*` of ("a b", "c") gives three or more fields.
#include <algorithm>

#include "process/interpreter.hpp"

namespace podseer::process {

namespace {

constexpr std::string_view kSpecial = "*?[]\\{},-!^~";

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string escape_backslash(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace

std::vector<std::string> Interpreter::expand(State& st, const std::vector<const Word*>& words, bool& hazy) {
  std::vector<std::string> out;
  for (const Word* word : words) {
    std::vector<Field> fields;
    bool open = false;
    expand_word(st, *word, false, fields, open, hazy, true);
    for (const Field& field : fields)
      if (field.text.size() > 512) step(field.text.size());
    for (const Field& field : fields) {
      if (field.text.empty() && !field.quoted) continue;
      glob(st, field, out, hazy);
    }
    if (out.size() > 20000) world_.give_up();
  }
  return out;
}

void Interpreter::expand_word(State& st, const Word& word, bool quoted, std::vector<Field>& fields, bool& open,
                              bool& hazy, bool split) {
  bool braces = false;
  if (st.dialect == Dialect::Bash && !quoted && split) {
    for (const Part* part : word.parts)
      braces = braces || (part->kind == Part::Kind::Literal && part->text.find('{') != std::string::npos);
  }
  if (braces) {
    // Other parts stand in the text as \x01 and a number until the braces are opened.
    std::string text;
    for (std::size_t i = 0; i < word.parts.size(); ++i) {
      const Part* part = word.parts[i];
      if (part->kind == Part::Kind::Literal) text += escape_backslash(part->text);
      else if (part->kind == Part::Kind::Quoted && !part->text.empty()) text += escape(part->text);
      else {
        text.push_back('\x01');
        text.push_back(static_cast<char>('0' + std::min<std::size_t>(i, 70)));
      }
    }
    const std::vector<std::string> all = expand_braces(text);
    if (all.size() > 1) {
      for (const std::string& item : all) {
        open = false;
        std::size_t at = fields.size();
        std::string plain;
        for (std::size_t i = 0; i < item.size(); ++i) {
          if (item[i] != '\x01' || i + 1 >= item.size()) {
            plain.push_back(item[i]);
            continue;
          }
          if (!open) {
            fields.push_back({});
            open = true;
          }
          fields.back().text += plain;
          plain.clear();
          const auto index = static_cast<std::size_t>(item[++i] - '0');
          if (index < word.parts.size()) expand_part(st, *word.parts[index], quoted, fields, open, hazy, split);
        }
        if (!open || fields.size() == at) {
          fields.push_back({});
          open = true;
        }
        fields.back().text += plain;
        if (item.empty()) fields.back().quoted = false;
      }
      open = false;
      return;
    }
  }
  bool first = true;
  for (const Part* part : word.parts) {
    if (first && !quoted && part->kind == Part::Kind::Literal && part->text.starts_with('~')) {
      const std::size_t slash = part->text.find('/');
      const std::string user = part->text.substr(1, slash == std::string::npos ? slash : slash - 1);
      if (user.empty() && (slash != std::string::npos || word.parts.size() == 1)) {
        const std::optional<std::string> home = value(st, "HOME");
        if (!open) {
          fields.push_back({});
          open = true;
        }
        fields.back().text += home ? escape(*home) : (has_mark(st.cwd) ? std::string(1, kAny) : "~");
        fields.back().quoted = true;
        fields.back().text += slash == std::string::npos ? "" : escape_backslash(part->text.substr(slash));
        first = false;
        continue;
      }
      if (user == "root") {
        if (!open) {
          fields.push_back({});
          open = true;
        }
        fields.back().text += "/root" + (slash == std::string::npos ? "" : escape_backslash(part->text.substr(slash)));
        first = false;
        continue;
      }
    }
    first = false;
    expand_part(st, *part, quoted, fields, open, hazy, split);
  }
}

/// The word of ${X:-word}: outside of quotes its literal text is split as well.
void Interpreter::expand_operand(State& st, const Word& word, bool quoted, std::vector<Field>& fields, bool& open,
                                 bool& hazy, bool split) {
  if (quoted || !split) {
    expand_word(st, word, quoted, fields, open, hazy, split);
    return;
  }
  for (const Part* part : word.parts) {
    if (part->kind == Part::Kind::Literal && !part->text.starts_with('~'))
      append_split(st, part->text, fields, open, hazy);
    else expand_part(st, *part, quoted, fields, open, hazy, split);
  }
}

void Interpreter::expand_part(State& st, const Part& part, bool quoted, std::vector<Field>& fields, bool& open,
                              bool& hazy, bool split) {
  auto add = [&](std::string_view escaped, bool is_quoted) {
    if (!open) {
      fields.push_back({});
      open = true;
    }
    fields.back().text.append(escaped);
    if (fields.back().text.size() > kMaxText) fields.back().text = std::string(1, kAny);
    fields.back().quoted = fields.back().quoted || is_quoted;
  };
  switch (part.kind) {
    case Part::Kind::Literal: add(quoted ? escape(part.text) : escape_backslash(part.text), quoted); return;
    case Part::Kind::Quoted: add(escape(part.text), true); return;
    case Part::Kind::Double: {
      const bool lone_list = part.children.size() == 1 && part.children[0]->kind == Part::Kind::Parameter &&
                             (part.children[0]->text == "@" || part.children[0]->index != nullptr);
      if (!lone_list) add("", true);
      for (const Part* child : part.children) expand_part(st, *child, true, fields, open, hazy, split);
      return;
    }
    case Part::Kind::Bad:
      expansion_error(st,
                      st.dialect == Dialect::Bash   ? part.text + ": bad substitution"
                      : st.dialect == Dialect::Dash ? "Bad substitution"
                                                    : "syntax error: bad substitution",
                      &part);
    case Part::Kind::Process: {
      if (part.text != "<") world_.give_up();
      // It runs beside its reader: what it prints is there by the time that it is read, its status goes nowhere.
      const int status = st.status;
      FileEntry entry;
      entry.info = {FileInfo::Kind::File,
                    0600,
                    static_cast<std::uint32_t>(world_.input->uid),
                    static_cast<std::uint32_t>(world_.input->gid),
                    true,
                    false};
      const auto buffer = std::make_shared<Stream>();
      buffer->kind = Stream::Kind::Buffer;
      std::vector<StreamPtr> fds = st.fds;
      if (fds.size() < 3) fds.resize(3);
      fds[1] = buffer;
      try {
        run_subshell(st, part.body, &fds);
      } catch (const Halt&) { world_.give_up(); }
      entry.content = settle(std::move(buffer->text));
      st.status = status;
      constexpr int kFirst = 63;  // bash counts down from there
      std::string path;
      for (int fd = kFirst; fd > 9 && (path.empty() || world_.files.entries().contains(path)); --fd)
        path = "/dev/fd/" + std::to_string(fd);
      world_.files.put(path, std::move(entry));
      add(path, true);
      return;
    }
    case Part::Kind::Parameter: expand_parameter(st, part, quoted, fields, open, hazy, split); return;
    case Part::Kind::Substitution:
    case Part::Kind::Arithmetic: {
      std::string text;
      if (part.kind == Part::Kind::Substitution) {
        text = substitute(st, part.body);
      } else {
        const std::string expression = expand_single(st, *part.argument);
        line_offset_ = part.begin;
        const auto number = arithmetic(st, expression);
        text = number ? std::to_string(*number) : std::string(1, kWord);
      }
      if (quoted || !split) add(quoted ? escape(text) : escape_backslash(text), quoted);
      else append_split(st, text, fields, open, hazy);
      return;
    }
  }
}

/// Splits the value of an unquoted expansion.
void Interpreter::append_split(State& st, const std::string& text, std::vector<Field>& fields, bool& open, bool& hazy) {
  std::string ifs = " \t\n";
  if (const Variable* variable = find(st, "IFS"); variable != nullptr && variable->set) ifs = variable->value;
  const bool usual = ifs == " \t\n" || ifs.empty() || ifs == "\n" || ifs == "\n\t";
  if (text.find(kAny) != std::string::npos || (!usual && text.find(kWord) != std::string::npos) || has_mark(ifs))
    hazy = true;
  bool pending_break = false;
  bool non_space_seen = true;  // a delimiter that is not white space ends even an empty field
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool delimiter = ifs.find(c) != std::string::npos;
    if (!delimiter) {
      if (pending_break) open = false;
      pending_break = false;
      if (!open) {
        fields.push_back({});
        open = true;
      }
      if (c == '\\') fields.back().text.push_back('\\');
      fields.back().text.push_back(c);
      non_space_seen = false;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n') {
      pending_break = true;
      continue;
    }
    if (open && !(pending_break && non_space_seen)) {
      open = false;
      pending_break = false;
      non_space_seen = true;
    } else {
      fields.push_back({});
      fields.back().quoted = true;
      open = false;
      non_space_seen = true;
    }
  }
  if (pending_break) open = false;
}

// Without splitting: "$*" and $@ join with blanks.
std::string Interpreter::expand_unsplit(State& st, const Word& word, bool pattern) {
  std::vector<Field> fields;
  bool open = false, hazy = false;
  expand_word(st, word, false, fields, open, hazy, false);
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out.push_back(' ');
    out += pattern ? fields[i].text : unescape(fields[i].text);
  }
  return settle(std::move(out));
}

std::string Interpreter::expand_single(State& st, const Word& word) { return expand_unsplit(st, word, false); }

std::string Interpreter::expand_pattern(State& st, const Word& word) { return expand_unsplit(st, word, true); }

void Interpreter::expand_parameter(State& st, const Part& part, bool quoted, std::vector<Field>& fields, bool& open,
                                   bool& hazy, bool split) {
  using Op = Part::Op;
  auto add = [&](const std::string& text) {
    if (quoted || !split) {
      if (!open) {
        fields.push_back({});
        open = true;
      }
      fields.back().text += quoted ? escape(text) : escape_backslash(text);
      fields.back().quoted = fields.back().quoted || quoted;
      if (fields.back().text.size() > 2 * kMaxText) fields.back().text = std::string(1, kAny);
    } else {
      append_split(st, text, fields, open, hazy);
    }
  };
  if (part.op == Op::Other || part.op == Op::Indirect) {
    if (part.op == Op::Indirect) {
      const std::optional<std::string> name = value(st, part.text);
      if (name && known(*name) && !name->empty()) {
        Part other = part;
        other.op = Op::None;
        other.text = *name;
        expand_parameter(st, other, quoted, fields, open, hazy, split);
        return;
      }
    }
    world_.give_up();
  }
  // Lists: $@, $*, ${a[@]}, ${a[*]}.
  bool list = false, star = false;
  std::vector<std::string> items;
  if (part.text == "@" || part.text == "*") {
    list = true;
    star = part.text == "*";
    items = st.positional;
    hazy = hazy || st.positional_hazy;
  } else if (part.index != nullptr) {
    const std::string index = expand_single(st, *part.index);
    if (index == "@" || index == "*") {
      list = true;
      star = index == "*";
      const Variable* variable = find(st, part.text);
      if (variable != nullptr && variable->set) {
        if (variable->is_array)
          for (const auto& [key, element] : variable->elements) {
            if (part.op != Op::Keys) items.push_back(element);
            else
              items.push_back(
                  variable->is_map
                      ? key
                      : std::to_string(parse_integer(key.substr(key.find_first_not_of('0') == std::string::npos
                                                                    ? key.size() - 1
                                                                    : key.find_first_not_of('0')))
                                           .value_or(0)));
          }
        else items.push_back(part.op == Op::Keys ? "0" : variable->value);
      } else if (st.nounset && part.op == Op::None && variable == nullptr && false) {
        return;
      }
    }
  }
  if (list) {
    if (part.op == Op::Length) {
      add(st.positional_hazy && part.index == nullptr ? std::string(1, kWord) : std::to_string(items.size()));
      return;
    }
    if (part.op == Op::Slice) {
      const auto from = arithmetic(st, expand_single(st, *part.argument));
      const auto length = part.second != nullptr ? arithmetic(st, expand_single(st, *part.second))
                                                 : std::optional<std::int64_t>(1000000);
      if (!from || !length || *from < 0 || *length < 0) world_.give_up();
      std::vector<std::string> cut;
      if (part.index == nullptr) items.insert(items.begin(), st.arg0);
      for (std::size_t i = static_cast<std::size_t>(*from);
           i < items.size() && cut.size() < static_cast<std::size_t>(*length); ++i)
        cut.push_back(items[i]);
      items = std::move(cut);
    } else if (part.op == Op::Default || part.op == Op::Alternative || part.op == Op::Error || part.op == Op::Assign) {
      bool empty = items.empty() || (part.colon && items.size() == 1 && items[0].empty());
      if (hazy && items.empty()) empty = world_.choose();
      if (part.op == Op::Alternative ? !empty : empty && part.op == Op::Default) {
        expand_operand(st, *part.argument, quoted, fields, open, hazy, split);
        return;
      }
      if (part.op == Op::Alternative) return;
      if (empty) world_.give_up();
    } else if (part.op != Op::None && part.op != Op::Keys) {
      for (std::string& item : items) item = apply_operator(st, part, item, quoted);
    }
    if (quoted && star) {
      std::string separator = " ";
      if (const Variable* ifs = find(st, "IFS"); ifs != nullptr && ifs->set) separator = ifs->value.substr(0, 1);
      add(join(items, separator));
      return;
    }
    if (!split) {
      add(join(items, " "));
      return;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) open = false;
      if (quoted) {
        if (!open) {
          fields.push_back({});
          open = true;
        }
        fields.back().text += escape(items[i]);
        fields.back().quoted = true;
      } else {
        append_split(st, items[i], fields, open, hazy);
      }
    }
    return;
  }
  std::optional<std::string> text = plain_value(st, part);
  if (part.op == Op::Default || part.op == Op::Alternative || part.op == Op::Assign || part.op == Op::Error) {
    Answer there = !text ? Answer::No : part.colon ? is_nonempty(*text) : Answer::Yes;
    const bool yes = world_.choose(there, text && text->size() == 1 ? "nonempty:" + part.text : std::string());
    if (part.op == Op::Alternative) {
      if (yes) expand_operand(st, *part.argument, quoted, fields, open, hazy, split);
      else if (quoted) add("");
      return;
    }
    if (yes) {
      add(*text);
      return;
    }
    if (part.op == Op::Default) {
      expand_operand(st, *part.argument, quoted, fields, open, hazy, split);
      return;
    }
    const std::string word = part.argument != nullptr ? expand_single(st, *part.argument) : std::string();
    if (part.op == Op::Assign) {
      if (!assign(st, part.text, word)) exit_shell(st, st.dialect == Dialect::Bash ? 1 : 2);
      add(word);
      return;
    }
    const bool bash = st.dialect == Dialect::Bash;
    expansion_error(st,
                    part.text + ": " +
                        (!word.empty() ? word
                         : part.colon  ? (bash ? "parameter null or not set" : "parameter not set or null")
                                       : "parameter not set"),
                    &part);
  }
  add(apply_operator(st, part, std::move(text), quoted));
}

/// The value of a parameter that is not a list; empty when it is not set.
std::optional<std::string> Interpreter::plain_value(State& st, const Part& part) {
  const std::string& name = part.text;
  if (part.index != nullptr) {
    const Variable* variable = find(st, name);
    if (variable == nullptr || !variable->set) return std::nullopt;
    std::string index = expand_single(st, *part.index);
    if (!variable->is_array) return variable->value;
    if (!variable->is_map) {
      auto number = arithmetic(st, index);
      if (!number) return std::string(1, kAny);
      if (*number < 0 && !variable->elements.empty())
        *number += parse_integer(variable->elements.rbegin()->first.substr(0)).value_or(0) + 1;
      std::string key = std::to_string(*number);
      index = std::string(key.size() < 10 ? 10 - key.size() : 0, '0') + key;
    }
    const auto found = variable->elements.find(index);
    if (found == variable->elements.end()) return std::nullopt;
    return found->second;
  }
  if (name.size() == 1) {
    switch (name[0]) {
      case '#': return st.positional_hazy ? std::string(1, kWord) : std::to_string(st.positional.size());
      case '?': return st.status < 0 ? std::string(1, kWord) : std::to_string(st.status);
      case '$': return std::string(1, kWord);
      case '!':
        if (st.last_background.empty()) {
          if (st.dialect == Dialect::Bash) return std::nullopt;
          return std::string();
        }
        return st.last_background;
      case '-': return std::string(1, kWord);
      default: break;
    }
  }
  if (!name.empty() && name[0] >= '0' && name[0] <= '9') {
    const std::int64_t index = parse_integer(name).value_or(100000);
    if (index == 0) return st.arg0;
    if (st.positional_hazy) { return std::string(1, kAny); }
    if (static_cast<std::size_t>(index) > st.positional.size()) return std::nullopt;
    return st.positional[static_cast<std::size_t>(index) - 1];
  }
  return value(st, name);
}

void Interpreter::check_set(State& st, const std::optional<std::string>& value, const Part& part) {
  if (value || !st.nounset) return;
  const bool digit = !part.text.empty() && part.text[0] >= '0' && part.text[0] <= '9';
  expansion_error(st,
                  (digit && st.dialect == Dialect::Bash ? "$" : "") + part.text +
                      (st.dialect == Dialect::Bash ? ": unbound variable" : ": parameter not set"),
                  &part);
}

std::string Interpreter::apply_operator(State& st, const Part& part, std::optional<std::string> text, bool quoted) {
  using Op = Part::Op;
  (void)quoted;
  check_set(st, text, part);
  const std::string value = text.value_or("");
  const std::string unknown(1, kAny);
  switch (part.op) {
    case Op::None:
    case Op::Keys: return value;
    case Op::Length: {
      if (has_mark(value)) return std::string(1, kWord);
      std::size_t count = 0;  // characters of UTF-8 in bash with such a locale; a container has none, so bytes
      count = value.size();
      return std::to_string(count);
    }
    case Op::PrefixShort:
    case Op::PrefixLong:
    case Op::SuffixShort:
    case Op::SuffixLong: {
      const std::string pattern = expand_pattern(st, *part.argument);
      if (value.empty()) return value;
      if (has_mark(value) || has_mark(pattern)) return unknown;
      const bool prefix = part.op == Op::PrefixShort || part.op == Op::PrefixLong;
      const bool longest = part.op == Op::PrefixLong || part.op == Op::SuffixLong;
      if (value.size() > 1024) return unknown;
      for (std::size_t i = 0; i <= value.size(); ++i) {
        const std::size_t length = longest ? value.size() - i : i;
        const std::string_view piece =
            prefix ? std::string_view(value).substr(0, length) : std::string_view(value).substr(value.size() - length);
        if (match(pattern, piece) == Answer::Yes)
          return prefix ? value.substr(length) : value.substr(0, value.size() - length);
      }
      return value;
    }
    case Op::Replace:
    case Op::ReplaceAll:
    case Op::ReplacePrefix:
    case Op::ReplaceSuffix: {
      const std::string pattern = expand_pattern(st, *part.argument);
      const std::string with = part.second != nullptr ? expand_single(st, *part.second) : std::string();
      if (has_mark(value) || has_mark(pattern)) return unknown;
      if (pattern.empty()) return value;
      std::string out;
      if (!has_glob(pattern) && (part.op == Op::Replace || part.op == Op::ReplaceAll)) {
        const std::string plain = unescape(pattern);
        std::size_t from = 0;
        for (std::size_t at = value.find(plain); at != std::string::npos; at = value.find(plain, from)) {
          out.append(value, from, at - from);
          out += with;
          from = at + plain.size();
          if (part.op == Op::Replace || out.size() > kMaxText) break;
        }
        return settle(out + value.substr(from));
      }
      if (value.size() > 128) return unknown;
      for (std::size_t i = 0; i <= value.size();) {
        bool hit = false;
        if (part.op != Op::ReplacePrefix || i == 0) {
          for (std::size_t length = value.size() - i + 1; length-- > 0;) {
            if (part.op == Op::ReplaceSuffix && i + length != value.size()) continue;
            if (length == 0 && part.op != Op::ReplacePrefix && part.op != Op::ReplaceSuffix) break;
            if (match(pattern, std::string_view(value).substr(i, length)) != Answer::Yes) continue;
            out += with;
            i += length;
            hit = true;
            if (part.op != Op::ReplaceAll || length == 0) {
              out += value.substr(i);
              return settle(out);
            }
            break;
          }
        }
        if (hit) continue;
        if (i < value.size()) out.push_back(value[i]);
        ++i;
      }
      return settle(out);
    }
    case Op::UpperFirst:
    case Op::UpperAll:
    case Op::LowerFirst:
    case Op::LowerAll: {
      if (has_mark(value)) return unknown;
      if (part.argument != nullptr && !part.argument->parts.empty()) world_.give_up();
      std::string out = value;
      const bool all = part.op == Op::UpperAll || part.op == Op::LowerAll,
                 up = part.op == Op::UpperAll || part.op == Op::UpperFirst;
      for (std::size_t i = 0; i < out.size() && (all || i == 0); ++i) {
        char& c = out[i];
        if (static_cast<unsigned char>(c) >= 128) world_.give_up();
        if (up && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (!up && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      }
      return out;
    }
    case Op::Slice: {
      const auto from = arithmetic(st, expand_single(st, *part.argument));
      std::optional<std::int64_t> length;
      if (part.second != nullptr) {
        length = arithmetic(st, expand_single(st, *part.second));
        if (!length) return unknown;
      }
      if (!from || has_mark(value)) return unknown;
      const auto size = static_cast<std::int64_t>(value.size());
      std::int64_t begin = *from < 0 ? size + *from : *from;
      if (begin < 0 || begin > size) return {};
      std::int64_t end = !length ? size : *length < 0 ? size + *length : std::min(size, begin + *length);
      if (end < begin) {
        if (st.dialect == Dialect::Bash) world_.give_up();
        return {};
      }
      return value.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }
    default: world_.give_up();
  }
}

void Interpreter::expansion_error(State& st, const std::string& text, const Part* part) {
  if (part != nullptr) {
    note_place(part->begin, part->end);
    line_offset_ = part->begin;
  }
  if (text.find("bad substitution") != std::string::npos && st.dialect == Dialect::Ash)
    message_plain(st, st.arg0 + ": " + text);
  else message(st, text);
  const bool about_variable = part != nullptr && part->kind == Part::Kind::Parameter;
  blame(text, about_variable ? part->text : std::string());
  if (st.dialect != Dialect::Bash) exit_shell(st, 2);
  const bool drop = text.find("division by 0") != std::string::npos || text.find("syntax error") != std::string::npos ||
                    text.find("bad substitution") != std::string::npos;
  if (drop) {
    st.status = 1;
    if (st.subshells > 0 || st.errexit) exit_shell(st, 1);
    throw DropLine{};
  }
  exit_shell(st, st.from_c && st.subshells == 0 ? 127 : 1);
}

void Interpreter::glob(State& st, const Field& field, std::vector<std::string>& out, bool& hazy) {
  if (st.noglob || !has_glob(field.text)) {
    out.push_back(settle(unescape(field.text)));
    return;
  }
  if (has_mark(field.text)) {
    hazy = true;
    out.push_back(settle(unescape(field.text)));
    return;
  }
  const bool rooted = field.text.starts_with('/');
  std::vector<std::string> bases{rooted ? "/" : ""};
  std::string_view rest = field.text;
  while (rest.starts_with('/')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string piece(rest.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    rest = last ? std::string_view() : rest.substr(slash + 1);
    std::vector<std::string> next;
    for (const std::string& base : bases) {
      if (piece.empty()) {
        next.push_back(base);
        continue;
      }
      if (!has_glob(piece)) {
        const std::string path = base + unescape(piece);
        const FileInfo info = world_.files.stat(absolute_path(path, st.cwd));
        if (info.kind == FileInfo::Kind::Unknown) {
          hazy = true;
          out.emplace_back(1, kAny);
          return;
        }
        if (info.kind != FileInfo::Kind::Missing) next.push_back(path + (last ? "" : "/"));
        continue;
      }
      const std::string directory = absolute_path(base.empty() ? "." : base, st.cwd);
      const FileInfo::Kind kind = world_.files.stat(directory).kind;
      if (kind == FileInfo::Kind::Missing || kind == FileInfo::Kind::File) continue;
      const auto names = world_.files.list(directory);
      if (!names) {
        hazy = true;
        out.emplace_back(1, kAny);
        return;
      }
      for (const std::string& name : *names) {
        if (name.starts_with('.') && !piece.starts_with('.')) continue;
        if (match(piece, name) != Answer::Yes) continue;
        if (!last && world_.files.stat(absolute_path(base + name, st.cwd)).kind == FileInfo::Kind::File) continue;
        next.push_back(base + name + (last ? "" : "/"));
      }
    }
    bases = std::move(next);
    if (bases.size() > 2000) world_.give_up();
  }
  if (bases.empty()) {
    if (st.failglob) world_.give_up();
    if (!st.nullglob) out.push_back(unescape(field.text));
    return;
  }
  out.insert(out.end(), bases.begin(), bases.end());
}

}  // namespace podseer::process
