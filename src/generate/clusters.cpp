// SPDX-License-Identifier: Apache-2.0
// rules/clusters/*.yaml -> the table behind world::cluster_presets(). Unknown keys are errors, so that
// a misspelt one does not silently fall back to its default.
#include "generate/clusters.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string_view>
#include <vector>

#include "yaml/document.hpp"

namespace podseer::generate {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// One file on its way to C++: arrays first, then the entry that points at them.
class Writer {
 public:
  Writer(std::string path, std::ostream& out) : path_(std::move(path)), out_(out) {}
  [[nodiscard]] const std::string& error() const { return error_; }

  std::string cluster(const yaml::Node& root, const std::string& id) {
    check_keys(root, {"name", "title", "nodesKnown", "labelsKnown", "storageClassesKnown", "defaultStorageClassKnown",
                      "nodes", "storageClasses"});
    const std::string nodes =
        list(root.find("nodes"), id + "_nodes", "PresetNode",
             [this](const yaml::Node& node, const std::string& at) { return this->node(node, at); });
    const std::string classes = list(root.find("storageClasses"), id + "_classes", "PresetStorageClass",
                                     [this](const yaml::Node& one, const std::string&) { return storage_class(one); });
    return "{" + text(root, "name") + ", " + text(root, "title") + ", " + flag(root, "nodesKnown", false) + ", " +
           flag(root, "labelsKnown", false) + ", " + flag(root, "storageClassesKnown", false) + ", " +
           flag(root, "defaultStorageClassKnown", false) + ", " + nodes + ", " + classes + "}";
  }

 private:
  void fail(const std::string& sentence) {
    if (error_.empty()) error_ = path_ + ": " + sentence;
  }
  void check_keys(const yaml::Node& node, std::initializer_list<std::string_view> known) {
    for (const yaml::Entry& entry : node.entries()) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
        fail("unknown key " + std::string(entry.key));
      }
    }
  }
  std::string text(const yaml::Node& node, std::string_view key) {
    const yaml::Node* value = node.find(key);
    if (value == nullptr || !value->is_string()) {
      fail("missing text under " + std::string(key));
      return "\"\"";
    }
    return quoted(value->text());
  }
  static std::string flag(const yaml::Node& node, std::string_view key, bool otherwise) {
    const yaml::Node* value = node.find(key);
    return (value == nullptr ? otherwise : value->as_bool()) ? "true" : "false";
  }
  template <typename Item>
  std::string list(const yaml::Node* items, const std::string& id, const char* type, Item item) {
    if (items == nullptr || items->size() == 0) return "{}";
    std::string body;
    std::size_t i = 0;
    for (const yaml::Node& one : items->items()) body += "    " + item(one, id + "_" + std::to_string(i++)) + ",\n";
    out_ << "constexpr " << type << " " << id << "[] = {\n" << body << "};\n";
    return id;
  }
  std::string pairs(const yaml::Node* mapping, const std::string& id) {
    if (mapping == nullptr || mapping->size() == 0) return "{}";
    out_ << "constexpr PresetPair " << id << "[] = {\n";
    for (const yaml::Entry& entry : mapping->entries()) {
      if (!entry.value.is_string()) fail("the value of " + std::string(entry.key) + " must be quoted text");
      out_ << "    {" << quoted(entry.key) << ", " << quoted(entry.value.text()) << "},\n";
    }
    out_ << "};\n";
    return id;
  }
  std::string node(const yaml::Node& node, const std::string& id) {
    check_keys(node, {"name", "sizeKnown", "labels", "taints", "allocatable", "used", "usedPods", "usedHostPorts"});
    const std::string labels = pairs(node.find("labels"), id + "_labels");
    const std::string taints = pairs(node.find("taints"), id + "_taints");
    const std::string allocatable = pairs(node.find("allocatable"), id + "_allocatable");
    const std::string used = pairs(node.find("used"), id + "_used");
    std::string ports = "{}";
    if (const yaml::Node* taken = node.find("usedHostPorts"); taken != nullptr && taken->size() > 0) {
      ports = id + "_ports";
      out_ << "constexpr std::int64_t " << ports << "[] = {";
      for (const yaml::Node& port : taken->items()) out_ << port.as_int() << ", ";
      out_ << "};\n";
    }
    const yaml::Node* pods = node.find("usedPods");
    return "{" + text(node, "name") + ", " + flag(node, "sizeKnown", true) + ", " + labels + ", " + taints + ", " +
           allocatable + ", " + used + ", " + std::to_string(pods == nullptr ? 0 : pods->as_int()) + ", " + ports + "}";
  }
  std::string storage_class(const yaml::Node& one) {
    check_keys(one, {"name", "provisioner", "waitForFirstConsumer", "default", "provisionerKnown",
                     "supportsReadWriteMany", "supportsBlock"});
    return "{" + text(one, "name") + ", " + text(one, "provisioner") + ", " + flag(one, "waitForFirstConsumer", false) +
           ", " + flag(one, "default", false) + ", " + flag(one, "provisionerKnown", false) + ", " +
           flag(one, "supportsReadWriteMany", false) + ", " + flag(one, "supportsBlock", true) + "}";
  }

  std::string path_;
  std::ostream& out_;
  std::string error_;
};

}  // namespace

std::string write_clusters(const std::filesystem::path& root, std::ostream& out) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root / "rules" / "clusters")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  out << "// Made from rules/clusters/ by podseer_generate; not edited by hand.\n"
         "#include \"world/cluster_preset.hpp\"\n\nnamespace podseer::world {\n\nnamespace {\n\n";
  std::string entries;
  std::size_t number = 0;
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    const std::string content = bytes.str();
    const yaml::Stream stream = yaml::parse(0, content);
    const std::string name = "rules/clusters/" + file.filename().string();
    if (stream.failed() || stream.documents.size() != 1) return name + ": cannot be read as one YAML document";
    Writer writer(name, out);
    entries += "    " + writer.cluster(stream.documents[0]->root, "kCluster" + std::to_string(number++)) + ",\n";
    if (!writer.error().empty()) return writer.error();
  }
  out << "\nconstexpr ClusterPreset kPresets[] = {\n"
      << entries << "};\n\n}  // namespace\n\n"
      << "std::span<const ClusterPreset> cluster_presets() { return kPresets; }\n\n}  // namespace podseer::world\n";
  return {};
}

}  // namespace podseer::generate
