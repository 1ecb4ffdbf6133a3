// SPDX-License-Identifier: Apache-2.0
// The programs whose behaviour is modelled, and what their models share. Options and exit codes are those of
// GNU coreutils 9.1 (Debian 12) and BusyBox 1.28 to 1.37.
#include "process/applets.hpp"

#include <algorithm>
#include <cctype>

namespace podseer::process {

Program find_program(std::string_view name) {
  static const ProgramTable kTable = [] {
    ProgramTable table;
    add_system_programs(table);
    add_admin_programs(table);
    add_file_programs(table);
    add_copy_programs(table);
    add_text_programs(table);
    add_search_programs(table);
    add_edit_programs(table);
    add_network_programs(table);
    return table;
  }();
  const auto found = kTable.find(name);
  return found == kTable.end() ? nullptr : found->second;
}

bool gnu(const Call& call) { return call.tools == Tools::Gnu; }

Options read_options(Call& call, std::string_view plain, std::string_view with_value,
                     const std::vector<std::string_view>& long_names, bool stop_at_word) {
  Options out;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "--") {
      out.words.insert(out.words.end(), call.argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, call.argv.end());
      break;
    }
    if (word.size() < 2 || word[0] != '-') {
      if (call.hazy && word.size() == 1 && word[0] == kAny && i == 1) call.world.give_up();
      out.words.push_back(word);
      if (stop_at_word) {
        out.words.insert(out.words.end(), call.argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, call.argv.end());
        break;
      }
      continue;
    }
    if (word[1] == '-') {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
      bool found = false;
      for (std::string_view known_name : long_names) {
        if (known_name == name && equals == std::string::npos) {
          out.long_flags.insert(name);
          found = true;
        }
        if (known_name.ends_with('=') && known_name.substr(0, known_name.size() - 1) == name) {
          if (equals != std::string::npos) out.long_values[name] = word.substr(equals + 1);
          else if (i + 1 < call.argv.size()) out.long_values[name] = call.argv[++i];
          else call.world.give_up();
          found = true;
        }
      }
      if (!found) call.world.give_up();
      continue;
    }
    for (std::size_t k = 1; k < word.size(); ++k) {
      const char c = word[k];
      if (plain.find(c) != std::string_view::npos) {
        out.flags.insert(c);
        continue;
      }
      if (with_value.find(c) == std::string_view::npos) call.world.give_up();
      std::string value;
      if (k + 1 < word.size()) value = word.substr(k + 1);
      else if (i + 1 < call.argv.size()) value = call.argv[++i];
      else call.world.give_up();
      out.values[c] = value;
      if (c == 'e') out.patterns.push_back(value);
      break;
    }
  }
  return out;
}

std::optional<std::string> read_file(Call& call, const std::string& name) {
  if (name == "-" || name == "/dev/stdin") return call.sh.read_all(call.st);
  if (has_mark(name) || has_mark(call.st.cwd)) {
    if (!call.world.choose("file:" + name)) return std::nullopt;
    return std::string(1, kAny);
  }
  const std::string path = call.path(name);
  if (path == "/dev/null") return std::string();
  if (path == "/dev/zero" || path == "/dev/urandom" || path == "/dev/random") {
    call.world.ends_on_broken_pipe = true;
    call.world.forever("it reads " + path + ", which never ends");
  }
  const FileInfo info = call.world.files.stat(path);
  std::string reason;
  if (info.kind == FileInfo::Kind::Missing || name.empty()) reason = "No such file or directory";
  else if (info.kind == FileInfo::Kind::Directory) reason = "Is a directory";
  else if (info.kind == FileInfo::Kind::Unknown && !call.world.choose("file:" + path))
    reason = "No such file or directory";
  else if (info.kind == FileInfo::Kind::File && !call.sh.may(call.st, info, 4, path)) reason = "Permission denied";
  if (!reason.empty()) {
    const bool busybox = !gnu(call);
    const bool directory = reason == "Is a directory";
    call.err(call.argv[0] +
             (busybox && !directory ? ": can't open '" + name + "': "
              : busybox             ? ": read error: "
                                    : ": " + name + ": ") +
             reason + "\n");
    call.sh.blame(name + ": " + reason);
    if (reason == "No such file or directory") call.sh.blame_cause(Outcome::Cause::MissingFile, path);
    return std::nullopt;
  }
  return call.world.files.content(path);
}

void hoard_lines(Call& call, const std::vector<std::string>& names) {
  const std::int64_t limit = call.world.input->memory_limit;
  if (limit <= 0 || call.hazy || has_mark(call.st.cwd)) return;
  for (const std::string& name : names) {
    if (has_mark(name)) return;
    const std::string path = call.path(name);
    if (path != "/dev/zero") {
      if (call.world.files.stat(path).kind != FileInfo::Kind::File) return;
      continue;
    }
    constexpr double kSlowest = 50e6;  // bytes a second that a filter on a busy node takes in
    call.sh.sleep(call.st, 0, static_cast<Seconds>(limit) / kSlowest);
    call.world.halt = Outcome{};
    call.world.halt.kind = Outcome::Kind::Exits;
    call.world.halt.exit_code = 137;
    call.world.halt.sureness = Outcome::Sureness::Likely;
    call.world.halt_place = call.world.place;
    call.sh.blame(call.argv[0] + " keeps the line that it reads, and " + path + " is a line without end");
    call.sh.blame_cause(Outcome::Cause::OutOfMemory, call.argv[0]);
    throw Halt{};
  }
}

std::string read_inputs(Call& call, const std::vector<std::string>& names, int& status) {
  if (names.empty()) return call.sh.read_all(call.st);
  std::string text;
  for (const std::string& name : names) {
    if (const auto one = read_file(call, name)) text += *one;
    else status = 1;
    if (text.size() > kMaxText) text = std::string(1, kAny);
  }
  return settle(std::move(text));
}

std::string write_file(Call& call, const std::string& name, const std::string& text, bool append) {
  State& st = call.st;
  const std::vector<StreamPtr> saved = st.fds;
  if (st.fds.size() < 60) st.fds.resize(60);
  st.fds[2] = nullptr;
  const bool ok = call.sh.open_write(st, 59, name, append, true);
  if (ok) call.sh.write(st, 59, text);
  st.fds = saved;
  if (ok) return {};
  const std::string& why = call.world.blame.explanation;
  const std::size_t colon = why.rfind(": ");
  return colon == std::string::npos ? "No such file or directory" : why.substr(colon + 2);
}

std::string may_change_directory(Call& call, const std::string& path) {
  const std::string directory = parent_path(path);
  const FileInfo parent = call.world.files.stat(directory);
  const FileInfo self = call.world.files.stat(path);
  if (parent.kind == FileInfo::Kind::Missing) return "No such file or directory";
  if (parent.kind == FileInfo::Kind::File) return "Not a directory";
  if (parent.read_only || self.read_only) return "Read-only file system";
  if (parent.kind == FileInfo::Kind::Unknown) {
    if (call.world.input->uid == 0 && self.kind != FileInfo::Kind::Missing && self.kind != FileInfo::Kind::Unknown)
      return {};
    return call.world.choose("dir:" + directory) ? "" : "No such file or directory";
  }
  if (!call.sh.may(call.st, parent, 3, directory)) return "Permission denied";
  if ((parent.mode & 01000U) != 0 && call.world.input->uid != 0 && self.kind != FileInfo::Kind::Missing &&
      self.access_known && static_cast<std::int64_t>(self.uid) != call.world.input->uid &&
      static_cast<std::int64_t>(parent.uid) != call.world.input->uid)
    return "Operation not permitted";
  return {};
}

std::optional<Seconds> read_duration(std::string_view text, Tools tools) {
  if (text == "infinity" || text == "inf") return kNoEnd;
  if (text.empty()) return std::nullopt;
  Seconds unit = 1;
  const char last = text.back();
  if (last == 's' || last == 'm' || last == 'h' || last == 'd') {
    unit = last == 's' ? 1 : last == 'm' ? 60 : last == 'h' ? 3600 : 86400;
    text.remove_suffix(1);
  }
  (void)tools;
  if (text.empty() || std::count(text.begin(), text.end(), '.') > 1) return std::nullopt;
  if (text.find_first_not_of("0123456789.") != std::string_view::npos || text == "." || text.size() > 15)
    return std::nullopt;
  return std::strtod(std::string(text).c_str(), nullptr) * unit;
}

std::optional<std::string> to_re2(std::string_view p, bool extended) {
  std::string out;
  bool start = true;  // of an expression: * is itself in basic ones
  for (std::size_t i = 0; i < p.size(); ++i) {
    const char c = p[i];
    const bool was_start = start;
    start = false;
    if (c == '[') {
      std::size_t k = i + 1;
      std::string set = "[";
      if (k < p.size() && p[k] == '^') {
        set.push_back('^');
        ++k;
      }
      bool first = true, closed = false;
      for (; k < p.size(); ++k) {
        if (p[k] == ']' && !first) {
          closed = true;
          break;
        }
        first = false;
        if (p[k] == '[' && k + 1 < p.size() && p[k + 1] == ':') {
          const std::size_t end = p.find(":]", k + 2);
          if (end == std::string_view::npos) return std::nullopt;
          set += p.substr(k, end + 2 - k);
          k = end + 1;
          continue;
        }
        if (p[k] == '[' && k + 1 < p.size() && (p[k + 1] == '.' || p[k + 1] == '=')) return std::nullopt;
        if (p[k] == '\\' || p[k] == '[' || p[k] == ']') set.push_back('\\');
        set.push_back(p[k]);
      }
      if (!closed) return std::nullopt;
      out += set + "]";
      i = k;
      continue;
    }
    if (c == '\\') {
      if (++i >= p.size()) return std::nullopt;
      const char next = p[i];
      if (next >= '1' && next <= '9') return std::nullopt;
      if (next == '<' || next == '>') {
        out += "\\b";
        continue;
      }
      if (next == 'b' || next == 'w' || next == 'W' || next == 's' || next == 'S' || next == 'B') {
        out.push_back('\\');
        out.push_back(next);
        continue;
      }
      if (!extended &&
          (next == '(' || next == ')' || next == '{' || next == '}' || next == '|' || next == '+' || next == '?')) {
        out.push_back(next);
        start = next == '(' || next == '|';
        continue;
      }
      if (next == 'n') {
        out += "\\n";
        continue;
      }
      if (next == 't') {
        out += "\\t";
        continue;
      }
      if (std::isalnum(static_cast<unsigned char>(next)) != 0) {
        out.push_back(next);
        continue;
      }
      out.push_back('\\');
      out.push_back(next);
      continue;
    }
    if (!extended && (c == '(' || c == ')' || c == '{' || c == '}' || c == '|' || c == '+' || c == '?')) {
      out.push_back('\\');
      out.push_back(c);
      continue;
    }
    if (!extended && c == '*' && was_start) {
      out += "\\*";
      continue;
    }
    if (c == '^') {
      start = true;
      const bool anchor = extended || was_start;
      out += anchor ? "^" : "\\^";
      if (!anchor) start = false;
      continue;
    }
    if (c == '$' && !extended) {
      const bool last = i + 1 == p.size() || p.substr(i + 1).starts_with("\\)") || p.substr(i + 1).starts_with("\\|");
      out += last ? "$" : "\\$";
      continue;
    }
    if (extended && (c == '(' || c == '|')) start = true;
    if (extended && c == '{' && (i + 1 >= p.size() || std::isdigit(static_cast<unsigned char>(p[i + 1])) == 0)) {
      out += "\\{";
      continue;
    }
    out.push_back(c);
  }
  return out;
}

bool may_use(const Call& call, std::string_view capability) {
  const ShellInput& in = *call.world.input;
  return in.uid == 0 && (in.capabilities == nullptr || in.capabilities->contains(capability));
}

bool port_refused(Call& call, std::int64_t port) {
  if (port >= call.world.input->lowest_port) return false;
  call.sh.blame("port " + std::to_string(port) + " is below " + std::to_string(call.world.input->lowest_port) +
                ", which this process may not bind");
  call.sh.blame_cause(Outcome::Cause::PrivilegedPort, std::to_string(port));
  return true;
}

}  // namespace podseer::process
