// SPDX-License-Identifier: Apache-2.0
// The tools are run with an argument list, a time limit, and no option that executes plugins. A chart
// is `helm template RELEASE CHART`, an overlay `kustomize build DIR` or `kubectl kustomize DIR`.
#include "cli/render.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/progress.hpp"
#include "cli/spawn.hpp"
#include "source/read.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kSeconds = 60;  // a rendering that takes longer waits for a network

std::string normal(const fs::path& path) {
  const std::string text = path.lexically_normal().generic_string();
  return text.size() > 1 && text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

// True when `path` is `directory` or lies below it.
bool below(const std::string& path, const std::string& directory) {
  if (directory == "." || directory.empty()) return !path.starts_with("/") && !path.starts_with("..");
  return path == directory || path.starts_with(directory + "/");
}

std::string first_line(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \r\n");
  if (begin == std::string::npos) return "it said nothing";
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  return line.size() > 300 ? line.substr(0, 300) + "..." : line;
}

std::string kustomization_file(const std::string& directory) {
  for (const char* name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
    std::error_code ignored;
    const std::string path = normal(fs::path(directory) / name);
    if (fs::exists(path, ignored)) return path;
  }
  return {};
}

// Directories that a kustomization takes in: resources, bases and components that are directories.
std::vector<std::string> taken_in(const std::string& directory) {
  std::vector<std::string> list;
  const source::Result<std::string> text = source::read_input(kustomization_file(directory));
  if (!text) return list;
  const yaml::Stream stream = yaml::parse(0, *text);
  for (const auto& document : stream.documents) {
    for (const char* key : {"resources", "bases", "components"}) {
      const yaml::Node* entries = document->root.find(key);
      if (entries == nullptr) continue;
      for (const yaml::Node& entry : entries->items()) {
        const std::string path = normal(fs::path(directory) / std::string(entry.string_or("")));
        std::error_code ignored;
        if (fs::is_directory(path, ignored)) list.push_back(path);
      }
    }
  }
  return list;
}

source::FileId file_below(const Inputs& inputs, const source::SourceMap& sources, const std::string& root) {
  for (const Input& input : inputs.files) {
    if (below(normal(sources.file(input.file).path()), root)) return input.file;
  }
  return source::kNoFile;
}

class Renderer {
 public:
  Renderer(const Options& options, Inputs& inputs, source::SourceMap& sources, Progress* progress)
      : options_(options), inputs_(inputs), sources_(sources), progress_(progress) {}

  Rendered run() {
    charts();
    kustomizations();
    return std::move(out_);
  }

 private:
  // The files of a root are sources now; the rendering stands for them.
  void take_out(const std::string& root) {
    for (auto input = inputs_.files.begin(); input != inputs_.files.end();) {
      if (below(normal(sources_.file(input->file).path()), root)) {
        out_.sources.push_back(*input);
        input = inputs_.files.erase(input);
      } else {
        ++input;
      }
    }
  }

  // False when the rendering failed; that was told then.
  bool add(std::string name, const std::string& root, bool helm, const std::vector<std::string>& words) {
    if (progress_ != nullptr) progress_->begin("rendering " + name);
    const Spawned ran = spawn(words, {}, kSeconds);
    if (ran.status != 0) {
      out_.troubles.push_back({root, file_below(inputs_, sources_, root),
                               words[0] + " cannot render " + name + ": " + (ran.timed_out ? "it took too long" : first_line(ran.err)), true});
      return false;
    }
    Environment& environment = out_.environments.emplace_back();
    environment.file = sources_.add(root + " (rendered)", ran.out);
    environment.name = std::move(name);
    environment.root = root;
    environment.helm = helm;
    return true;
  }

  void missing(const std::string& root, const std::string& what) {
    out_.troubles.push_back({root, file_below(inputs_, sources_, root), what, false});
  }

  void charts() {
    std::set<std::string> roots;
    for (const std::string& chart : inputs_.charts) roots.insert(normal(chart));
    // Charts inside charts are rendered with the outer one.
    std::erase_if(roots, [&](const std::string& root) {
      return std::any_of(roots.begin(), roots.end(), [&](const std::string& outer) { return outer != root && below(root, outer); });
    });
    for (const std::string& root : roots) {
      if (!on_path("helm")) continue;  // the pipeline has its note for charts that are not rendered
      std::vector<std::string> values = options_.helm_values;
      if (values.empty()) values = values_beside(root);
      std::vector<std::string> words = {"helm", "template", release_of(root), root};
      for (const std::string& set : options_.helm_set) words.insert(words.end(), {"--set", set});
      bool any = false;
      if (options_.helm_values.empty()) any = add(root, root, true, words);
      for (const std::string& file : values) {
        std::vector<std::string> more = words;
        more.insert(more.end(), {"--values", file});
        any = add(root + " (" + fs::path(file).filename().string() + ")", root, true, more) || any;
      }
      if (any) take_out(root);
    }
  }

  static std::string release_of(const std::string& root) {
    std::error_code ignored;
    std::string name = fs::absolute(root, ignored).lexically_normal().filename().string();
    if (name.empty()) name = fs::absolute(root, ignored).lexically_normal().parent_path().filename().string();
    return name.empty() ? "release" : name;
  }

  // values-prod.yaml and values.prod.yaml: environments by custom.
  static std::vector<std::string> values_beside(const std::string& root) {
    std::vector<std::string> files;
    std::error_code ignored;
    for (fs::directory_iterator it(root, ignored), end; !ignored && it != end; it.increment(ignored)) {
      const std::string name = it->path().filename().string();
      if ((name.starts_with("values-") || name.starts_with("values.")) && name != "values.yaml" && name.ends_with(".yaml")) {
        files.push_back(normal(it->path()));
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  void kustomizations() {
    std::set<std::string> all, inner;
    for (const std::string& directory : inputs_.kustomizations) all.insert(normal(directory));
    if (all.empty()) return;
    const bool own = on_path("kustomize");
    if (!own && !on_path("kubectl")) {
      for (const std::string& root : all) {
        if (options_.render == Options::Render::Always || root == *all.begin()) {
          missing(root, "neither kustomize nor kubectl is installed: kustomizations are read file by file");
        }
      }
      return;
    }
    for (const std::string& directory : all) {
      for (const std::string& base : taken_in(directory)) inner.insert(base);
    }
    std::vector<std::string> done;
    for (const std::string& root : all) {
      if (inner.contains(root)) continue;
      const std::vector<std::string> words = own ? std::vector<std::string>{"kustomize", "build", root}
                                                 : std::vector<std::string>{"kubectl", "kustomize", root};
      if (add(root, root, false, words)) done.push_back(root);
    }
    for (const std::string& root : done) {
      std::vector<std::string> open = {root};
      std::set<std::string> seen;
      while (!open.empty()) {
        const std::string directory = open.back();
        open.pop_back();
        if (!seen.insert(directory).second || seen.size() > 1000) continue;
        take_out(directory);
        for (const std::string& base : taken_in(directory)) open.push_back(base);
      }
    }
  }

  const Options& options_;
  Inputs& inputs_;
  source::SourceMap& sources_;
  Progress* progress_;
  Rendered out_;
};

}  // namespace

Rendered render(const Options& options, Inputs& inputs, source::SourceMap& sources, Progress* progress) {
  if (options.render == Options::Render::Never || (inputs.charts.empty() && inputs.kustomizations.empty())) return {};
  return Renderer(options, inputs, sources, progress).run();
}

}  // namespace podseer::cli
