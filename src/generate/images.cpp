// SPDX-License-Identifier: Apache-2.0
// rules/images/*.yaml -> constant tables of process::ImageInfo and process::ImageBase. A variant repeats
// only the keys in which it differs; here it becomes a row of its own, before the row it varies.
// Unknown keys are errors, so that a misspelt fact cannot be lost in silence.
#include "generate/images.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "yaml/document.hpp"

namespace podseer::generate {
namespace {

namespace fs = std::filesystem;
using yaml::Entry;
using yaml::Node;

/// Quotes text as a C++ literal with an explicit length-free view suffix.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
  }
  return out + "\"";
}

/// Writes arrays once each and hands out their names.
class Writer {
 public:
  explicit Writer(std::ostream& out) : out_(out) {}

  /// An expression for a span over `items` of `type`.
  std::string array(std::string_view type, const std::vector<std::string>& items) {
    if (items.empty()) return "{}";
    std::string body;
    for (const std::string& item : items) body += item + ", ";
    const auto [known, added] = names_.try_emplace(std::string(type) + "|" + body, "a" + std::to_string(names_.size()));
    if (added) out_ << "constexpr " << type << ' ' << known->second << "[] = {" << body << "};\n";
    return known->second;
  }

  std::string words(const Node* list) {
    std::vector<std::string> items;
    if (list != nullptr) {
      for (const Node& item : list->items()) items.push_back(quoted(item.text()));
    }
    return array("std::string_view", items);
  }

 private:
  std::ostream& out_;
  std::map<std::string, std::string> names_;
};

/// A mapping with a fall-back: the variant's keys, else the image's.
struct Row {
  const Node* variant = nullptr;
  const Node* image = nullptr;
  [[nodiscard]] const Node* find(std::string_view key) const {
    const Node* own = variant == nullptr ? nullptr : variant->find(key);
    return own != nullptr ? own : image->find(key);
  }
};

std::string text_of(const Node* node, std::string_view otherwise = {}) {
  return quoted(node == nullptr || node->is_null() ? otherwise : node->text());
}
std::string flag_of(const Node* node) { return node != nullptr && node->as_bool() ? "true" : "false"; }

/// Bytes of "24Mi", "1Gi", "300Ki".
std::string bytes_of(const Node* node) {
  if (node == nullptr) return "0";
  const std::string text(node->text());
  std::size_t digits = 0;
  long long value = std::stoll("0" + text, &digits);
  const std::string unit = text.substr(digits - 1);
  if (unit == "Ki") value *= 1024LL;
  if (unit == "Mi") value *= 1024LL * 1024;
  if (unit == "Gi") value *= 1024LL * 1024 * 1024;
  return std::to_string(value) + "LL";
}

std::string exit_of(const Node* node) {
  if (node == nullptr) return "{}";
  const Node* code = node->find("exit");
  return "{true, " + std::to_string(code == nullptr ? 0 : code->as_int()) + ", " + text_of(node->find("log")) + "}";
}

/// Remembers the first key that nobody reads.
class KeyCheck {
 public:
  void operator()(const Node& node, std::initializer_list<std::string_view> known, std::string_view where) {
    for (const Entry& entry : node.entries()) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end() && error_.empty()) {
        error_ = std::string(where) + ": unknown key " + std::string(entry.key);
      }
    }
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  std::string error_;
};

std::string program_of(Writer& writer, KeyCheck& check, const Entry& entry) {
  const Node& node = entry.value;
  check(node,
        {"does",
         "exit",
         "log",
         "ports",
         "port_options",
         "port_listen_options",
         "port_env",
         "reader",
         "subcommands",
         "without_arguments",
         "config_options",
         "config_default",
         "config_missing",
         "refuses_root",
         "uninitialized",
         "writes",
         "capabilities",
         "capability_log",
         "low_port_log",
         "http",
         "memory_floor",
         "start_cpu",
         "term_exit"},
        entry.key);
  const std::string_view does = node.find("does") == nullptr ? "unknown" : node.find("does")->text();
  const std::string kind = does == "serve"         ? "Serve"
                           : does == "interactive" ? "Interactive"
                           : does == "end"         ? "End"
                                                   : "Unknown";
  std::vector<std::string> ports, writes, http;
  if (const Node* answers = node.find("http")) {
    for (const Entry& one : answers->entries()) {
      if (one.value.is_mapping()) check(one.value, {"root", "configuration"}, entry.key);
      http.push_back("{" + std::string(one.key) + ", " + text_of(one.value.find("root")) + ", " +
                     text_of(one.value.find("configuration")) + "}");
    }
  }
  if (const Node* list = node.find("ports")) {
    for (const Node& port : list->items()) ports.emplace_back(port.text());
  }
  if (const Node* list = node.find("writes")) {
    for (const Node& one : list->items()) {
      const Node* owner = one.find("owner");
      const std::string who = owner == nullptr ? "0" : owner->is_int() ? std::string(owner->text()) : "-1";
      writes.push_back("{" + text_of(one.find("path")) + ", " + text_of(one.find("log")) + ", " + who + "}");
    }
  }
  const Node* options =
      node.find("port_options") != nullptr ? node.find("port_options") : node.find("port_listen_options");
  std::string out = "{" + quoted(entry.key) + ", ImageProgram::Does::" + kind + ", ";
  out += does == "end" ? exit_of(&node) : std::string("{}");
  out +=
      ", " + writer.array("std::int64_t", ports) + ", " + writer.words(options) + ", " + text_of(node.find("port_env"));
  out += ", " + text_of(node.find("reader")) + ", " + writer.words(node.find("subcommands"));
  out += ", " + exit_of(node.find("without_arguments")) + ", " + writer.words(node.find("config_options"));
  out += ", " + exit_of(node.find("config_missing")) + ", " + exit_of(node.find("refuses_root"));
  out += ", " + exit_of(node.find("uninitialized")) + ", " + writer.array("ImagePath", writes);
  out += ", " + writer.words(node.find("capabilities")) + ", " + text_of(node.find("capability_log"));
  out += ", " + text_of(node.find("low_port_log")) + ", " + writer.array("ImageHttp", http) + ", " +
         bytes_of(node.find("memory_floor"));
  out += ", " + std::to_string(node.find("start_cpu") == nullptr ? 0 : node.find("start_cpu")->as_int());
  out += ", " + std::to_string(node.find("term_exit") == nullptr ? -1 : node.find("term_exit")->as_int()) + "}";
  return out;
}

std::string requirement_of(Writer& writer, const Node& one) {
  return "{" + writer.words(one.find("any_of")) + ", " + writer.words(one.find("all_of")) + ", " +
         writer.words(one.find("files")) + ", " + exit_of(&one) + "}";
}

std::string script_of(Writer& writer, KeyCheck& check, const Node* script, std::string_view image) {
  if (script == nullptr) return "{}";
  check(*script,
        {"prepends", "when", "prepends_unknown", "guards", "drops_to", "drop_log", "capabilities", "capability_log",
         "requires", "together", "forbids", "data"},
        image);
  std::vector<std::string> requirements, forbidden;
  for (const std::string_view key : {"requires", "together"}) {
    const Node* list = script->find(key);
    if (list == nullptr) continue;
    for (const Node& one : list->items()) requirements.push_back(requirement_of(writer, one));
  }
  if (const Node* list = script->find("forbids")) {
    for (const Node& one : list->items())
      forbidden.push_back("{" + text_of(one.find("variable")) + ", " + exit_of(&one) + "}");
  }
  std::string data = "{}";
  if (const Node* one = script->find("data")) {
    check(*one,
          {"dir", "env", "must_be_empty", "owner_changes_mode", "exit", "log", "mode_log", "lost_found_log",
           "lost_found_option", "old_mount", "old_mount_log"},
          image);
    data = "{" + text_of(one->find("dir")) + ", " + text_of(one->find("env")) + ", " +
           flag_of(one->find("must_be_empty")) + ", " + flag_of(one->find("owner_changes_mode")) + ", " + exit_of(one) +
           ", " + text_of(one->find("mode_log"));
    for (const std::string_view key : {"lost_found_log", "lost_found_option", "old_mount", "old_mount_log"}) {
      data += ", " + text_of(one->find(key));
    }
    data += "}";
  }
  const Node* user = script->find("drops_to");
  std::string out = "{true, " + writer.words(script->find("prepends")) + ", " + writer.words(script->find("when"));
  out += ", " + flag_of(script->find("prepends_unknown")) + ", " + writer.words(script->find("guards"));
  out += ", " + std::to_string(user == nullptr ? 0 : user->as_int()) + ", " + text_of(script->find("drop_log"));
  out += ", " + writer.words(script->find("capabilities")) + ", " + text_of(script->find("capability_log"));
  out += ", " + writer.array("ImageRequirement", requirements) + ", " + writer.array("ImageForbidden", forbidden);
  return out + ", " + data + "}";
}

std::string executables_of(Writer& writer, const Node* node) {
  std::vector<std::string> items;
  if (node != nullptr) {
    for (const Entry& entry : node->entries()) {
      items.push_back("{" + quoted(entry.key) + ", " + writer.words(&entry.value) + "}");
    }
  }
  return writer.array("ImageExecutable", items);
}

/// The number that USER means: written as a number, given by `uid`, or -1.
std::string uid_of(const Row& row) {
  const Node* user = row.find("user");
  if (user == nullptr || user->text().empty()) return "0";
  const std::string text(user->text().substr(0, user->text().find(':')));
  if (text.find_first_not_of("0123456789") == std::string::npos) return text;
  const Node* uid = row.find("uid");
  return uid == nullptr ? "-1" : std::string(uid->text());
}

std::string image_of(Writer& writer, KeyCheck& check, const Row& row) {
  const std::string_view name = row.image->find("image")->text();
  std::vector<std::string> environment, programs;
  if (const Node* node = row.find("env")) {
    for (const Entry& entry : node->entries()) {
      environment.push_back("{" + quoted(entry.key) + ", " + text_of(&entry.value) + ", " +
                            (entry.value.is_null() ? "false" : "true") + "}");
    }
  }
  if (const Node* node = row.find("programs")) {
    for (const Entry& entry : node->entries()) programs.push_back(program_of(writer, check, entry));
  }
  std::string out = "{" + quoted(name) + ", " + writer.words(row.find("repositories"));
  out += ", " + writer.words(row.variant == nullptr ? nullptr : row.variant->find("tags")) + ", " +
         text_of(row.find("base"));
  out += ", " + writer.words(row.find("entrypoint")) + ", " + writer.words(row.find("cmd")) + ", " +
         text_of(row.find("workdir"));
  out += ", " + text_of(row.find("user")) + ", " + uid_of(row) + ", " + writer.array("ImageVariable", environment);
  out += ", " + executables_of(writer, row.find("executables")) + ", " + writer.words(row.find("dirs"));
  out += ", " + writer.words(row.find("files")) + ", " + writer.words(row.find("opaque"));
  out += row.find("executables") == nullptr || row.find("files") != nullptr ? ", true" : ", false";
  out += ", " + script_of(writer, check, row.find("script"), name) + ", " + writer.array("ImageProgram", programs);
  return out + ", " + text_of(row.find("newest")) + ", " + text_of(row.image->find("source")) + "}";
}

std::string base_of(Writer& writer, KeyCheck& check, const Node& base) {
  check(base, {"base", "includes", "source", "shell", "links", "executables", "dirs", "files", "opaque"}, "base");
  std::vector<std::string> links;
  if (const Node* node = base.find("links")) {
    for (const Entry& entry : node->entries())
      links.push_back("{" + quoted(entry.key) + ", " + text_of(&entry.value) + "}");
  }
  const Node* includes = base.find("includes");
  const bool has = includes != nullptr && !includes->items().empty();
  return "{" + text_of(base.find("base")) + ", " + (has ? text_of(includes->items().data()) : quoted("")) + ", " +
         text_of(base.find("shell")) + ", " + executables_of(writer, base.find("executables")) + ", " +
         writer.array("Link", links) + ", " + writer.words(base.find("dirs")) + ", " +
         writer.words(base.find("files")) + ", " + writer.words(base.find("opaque")) + "}";
}

/// The documents of every *.yaml file of a folder, by file name; keeps them alive.
struct Folder {
  std::vector<std::string> bytes;
  std::vector<yaml::Stream> streams;
  std::string error;

  explicit Folder(const fs::path& path) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    bytes.reserve(files.size());
    for (const fs::path& file : files) {
      std::ifstream in(file, std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      bytes.push_back(text.str());
      streams.push_back(yaml::parse(0, bytes.back()));
      if (streams.back().failed() || streams.back().documents.size() != 1) {
        error =
            file.filename().string() + ": cannot be read: " +
            (streams.back().problems.empty() ? std::string("not one document") : streams.back().problems[0].message);
        return;
      }
    }
  }
};

}  // namespace

std::string write_images(const std::filesystem::path& root, std::ostream& out) {
  const Folder bases(root / "rules" / "images" / "bases");
  const Folder images(root / "rules" / "images");
  if (!bases.error.empty()) return bases.error;
  if (!images.error.empty()) return images.error;
  KeyCheck check;
  out << "// Generated from rules/images by podseer_generate; do not edit.\n#include \"process/image_table.hpp\"\n\n"
         "#include <utility>\n\nnamespace podseer::process {\nnamespace {\n"
         "using Link = std::pair<std::string_view, std::string_view>;\n";
  Writer writer(out);
  std::vector<std::string> base_rows, image_rows;
  std::set<std::string> known_bases;
  for (const yaml::Stream& stream : bases.streams) {
    const Node& node = stream.documents[0]->root;
    known_bases.emplace(node.find("base") == nullptr ? "" : node.find("base")->text());
    base_rows.push_back(base_of(writer, check, node));
  }
  for (const yaml::Stream& stream : images.streams) {
    const Node& node = stream.documents[0]->root;
    if (node.find("image") == nullptr || node.find("repositories") == nullptr || node.find("source") == nullptr) {
      return "an image without image, repositories or source";
    }
    const std::initializer_list<std::string_view> keys = {
        "image",    "repositories", "source",      "base", "entrypoint",  "cmd",    "workdir", "user",
        "uid",      "env",          "executables", "dirs", "files",       "opaque", "users",   "script",
        "programs", "newest",       "variants",    "tags", "volume_trap", "sources"};
    check(node, keys, node.find("image")->text());
    if (const Node* variants = node.find("variants")) {
      for (const Node& variant : variants->items()) {
        check(variant, keys, node.find("image")->text());
        image_rows.push_back(image_of(writer, check, Row{&variant, &node}));
      }
    }
    image_rows.push_back(image_of(writer, check, Row{nullptr, &node}));
    if (node.find("base") == nullptr || !known_bases.contains(std::string(node.find("base")->text()))) {
      return std::string(node.find("image")->text()) + ": unknown base";
    }
  }
  if (!check.error().empty()) return check.error();
  const std::string base_table = writer.array("ImageBase", base_rows);
  const std::string image_table = writer.array("ImageInfo", image_rows);
  out << "}  // namespace\n\nstd::span<const ImageInfo> image_table() { return " << image_table
      << "; }\nstd::span<const ImageBase> image_base_table() { return " << base_table
      << "; }\n\n}  // namespace podseer::process\n";
  return {};
}

}  // namespace podseer::generate
