// SPDX-License-Identifier: Apache-2.0
// Files of one volume that lie on or in each other: the later one wins, or the volume cannot be
// written ("is a directory"). pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths),
// Kubernetes 1.34. Worked example: items `a` and `a/b` of ConfigMap c in the volume v give
// `volume "v" (ConfigMap "c"): overlapping paths: "a/b" with "a"`.
#include "admission/warnings.hpp"

namespace podseer::admission {
namespace {

constexpr std::size_t kCompared = 2000;  // files of a volume; a hostile list shall cost little

struct File {
  std::string path;    // without slashes at the end
  std::string source;  // `ConfigMap "c"`, in projected volumes only
  SourceSpan span;
  [[nodiscard]] std::string str() const { return go_quote(path) + (source.empty() ? "" : " (" + source + ")"); }
};

bool overlap(const File& a, const File& b) {
  if (a.path.empty() || b.path.empty()) return false;
  return (a.path + "/").starts_with(b.path + "/") || (b.path + "/").starts_with(a.path + "/");
}

File file_of(const View& path, std::string_view source) {
  std::string_view text = path.str();
  while (text.ends_with('/')) text.remove_suffix(1);
  return {std::string(text), std::string(source), path.span()};
}

std::vector<File> files_of(const View& items, std::string_view source) {
  std::vector<File> files;
  for (const yaml::Node& node : items.items()) files.push_back(file_of(view_of(node, items)["path"], source));
  return files;
}

/// What one source of a projected volume writes.
std::vector<File> files_of_source(const View& source) {
  if (const View map = source["configMap"]; map["items"].present())
    return files_of(map["items"], "ConfigMap " + go_quote(map["name"].str()));
  if (const View secret = source["secret"]; secret["items"].present())
    return files_of(secret["items"], "Secret " + go_quote(secret["name"].str()));
  if (const View downward = source["downwardAPI"]; downward["items"].present())
    return files_of(downward["items"], "DownwardAPI");
  if (const View token = source["serviceAccountToken"]; token.present())
    return {file_of(token["path"], "ServiceAccountToken")};
  if (const View bundle = source["clusterTrustBundle"]; bundle.present()) {
    const std::string_view name = bundle["name"].present() ? bundle["name"].str() : bundle["signerName"].str();
    return {file_of(bundle["path"], "ClusterTrustBundle " + go_quote(name))};
  }
  return {};
}

/// The files of one volume, in the order in which they are written.
class Written {
 public:
  Written(std::string_view volume, std::string_view what, const Path& path, Warnings& out)
      : begin_("volume " + go_quote(volume) + " (" + std::string(what) + "): overlapping paths: "),
        path_(path),
        out_(out) {}
  void add(File file) {
    if (files_.size() >= kCompared || out_.full()) return;
    for (const File& other : files_) {
      if (overlap(file, other)) out_.add_line(path_, file.span, begin_ + file.str() + " with " + other.str());
    }
    files_.push_back(std::move(file));
  }
  void add(std::vector<File> files) {
    for (File& file : files) add(std::move(file));
  }

 private:
  std::string begin_;
  const Path& path_;
  Warnings& out_;
  std::vector<File> files_;
};

}  // namespace

void warn_of_overlapping_files(const View& volumes, const Path& path, Warnings& out) {
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const View volume = volumes.at(i);
    const std::string_view name = volume["name"].str();
    const Path at = path.index(i);
    if (const View map = volume["configMap"]; map.present()) {
      Written(name, "ConfigMap " + go_quote(map["name"].str()), at.child("configMap"), out)
          .add(files_of(map["items"], ""));
    }
    if (const View secret = volume["secret"]; secret.present()) {
      Written(name, "Secret " + go_quote(secret["secretName"].str()), at.child("secret"), out)
          .add(files_of(secret["items"], ""));
    }
    if (const View downward = volume["downwardAPI"]; downward.present()) {
      Written(name, "DownwardAPI", at.child("downwardAPI"), out).add(files_of(downward["items"], ""));
    }
    const View projected = volume["projected"], sources = projected["sources"];
    if (sources.size() == 0) continue;
    const Path projected_path = at.child("projected");
    Written written(name, "Projected", projected_path, out);
    for (const yaml::Node& node : sources.items()) {
      const View source = view_of(node, sources);
      if (source.size() > 0) {
        written.add(files_of_source(source));
      } else {
        out.add_line(projected_path, source.span(),
                     "volume " + go_quote(name) + " (Projected) has no sources provided");
      }
    }
  }
}

}  // namespace podseer::admission
