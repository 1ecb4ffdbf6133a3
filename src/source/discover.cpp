// SPDX-License-Identifier: Apache-2.0
#include "source/discover.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "source/glob.hpp"
#include "source/ignore.hpp"
#include "source/read.hpp"

namespace podseer::source {
namespace {

constexpr std::size_t kMaxIgnoreBytes = std::size_t{1} << 20U;
constexpr int kMaxLevelsUp = 32;  // how far above a given path its chart or repository is looked for

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

std::string join(const std::string& directory, std::string_view name) {
  if (directory.empty() || directory == ".") return std::string(name);
  std::string path = directory;
  if (path.back() != '/') path.push_back('/');
  return path.append(name);
}

/// The directory above, without asking the file system: "a/b" -> "a", "a" -> ".", "." -> "..", "/" -> "".
std::string parent(const std::string& directory) {
  if (directory == "/") return {};
  if (directory.empty() || directory == ".") return "..";
  const std::size_t slash = directory.rfind('/');
  const std::string_view last =
      slash == std::string::npos ? std::string_view(directory) : std::string_view(directory).substr(slash + 1);
  if (last == "..") return directory + "/..";
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : directory.substr(0, slash);
}

bool is_manifest(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

bool has_kustomization(const std::string& directory) {
  return exists(join(directory, "kustomization.yaml")) || exists(join(directory, "kustomization.yml")) ||
         exists(join(directory, "Kustomization"));
}

/// Rules of one .gitignore and how a path below the walked directory looks from there.
struct IgnoreLevel {
  IgnoreRules rules;
  std::string prepend;    // rules from above the walked directory
  std::size_t strip = 0;  // rules from below it
};

IgnoreRules read_rules(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const Result<std::string> text = read_input(path, kMaxIgnoreBytes);
  return text.ok() ? IgnoreRules::read(*text) : IgnoreRules{};
}

struct Name {
  std::string name;
  bool directory = false;
};

class Finder {
 public:
  explicit Finder(const DiscoverOptions& options) : options_(options) {
    std::string lines;
    for (const std::string& pattern : options.exclude) lines += pattern + "\n";
    exclude_ = IgnoreRules::read(lines);
  }

  void word(const std::string& given) {
    if (given == "-") {
      if (seen_.insert("-").second) out_.files.push_back({"-", true, {}, {}});
      return;
    }
    struct stat status {};
    if (::stat(given.c_str(), &status) != 0) {
      const int error = errno;
      if (error == ENOENT && has_glob(given)) {
        pattern(given);
      } else {
        fail(given, true, error);
      }
      return;
    }
    std::string path = given;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    while (path.starts_with("./") && path.size() > 2) path.erase(0, 2);
    if (S_ISDIR(status.st_mode)) {
      walk_given(path, {});
    } else {
      named_file(path);
    }
  }

  Discovery take() {
    out_.charts.assign(charts_.begin(), charts_.end());
    out_.kustomizations.assign(kustomizations_.begin(), kustomizations_.end());
    return std::move(out_);
  }

 private:
  struct Place {
    std::string chart_root;     // nearest directory with a Chart.yaml
    std::string templates_of;   // chart whose templates/ this is or is below of
    std::string kustomization;  // nearest directory with a kustomization file
  };

  void fail(const std::string& path, bool named, int error) {
    std::string sentence = error == ENOENT   ? "no such file or directory"
                           : error == EACCES ? "permission denied"
                           : error == ELOOP  ? "too many levels of symbolic links"
                                             : std::strerror(error);
    out_.failures.push_back({path, named, Failure{std::move(sentence), path}});
  }

  /// What stands above a path that was given; asked once a directory.
  const Place& above(const std::string& directory) {
    const auto known = above_.find(directory);
    if (known != above_.end()) return known->second;
    Place place;
    std::string at = directory, name_below;
    for (int level = 0; level < kMaxLevelsUp && !at.empty(); ++level) {
      if (place.kustomization.empty() && has_kustomization(at)) place.kustomization = at;
      if (place.chart_root.empty() && exists(join(at, "Chart.yaml"))) {
        place.chart_root = at;
        if (name_below == "templates") place.templates_of = at;
      }
      if (exists(join(at, ".git"))) break;
      name_below = at == "."            ? working_directory_name()
                   : at.ends_with("..") ? std::string()
                                        : at.substr(at.rfind('/') + 1);
      at = parent(at);
    }
    note(place);
    return above_.emplace(directory, std::move(place)).first->second;
  }

  /// The name of the working directory, so that "." can be recognised as a chart's templates.
  static std::string working_directory_name() {
    char* here = ::getcwd(nullptr, 0);
    if (here == nullptr) return {};
    const std::string path = here;
    std::free(here);
    return path.substr(path.rfind('/') + 1);
  }

  void note(const Place& place) {
    if (!place.chart_root.empty()) charts_.insert(place.chart_root);
    if (!place.kustomization.empty()) kustomizations_.insert(place.kustomization);
  }

  void named_file(const std::string& path) {
    if (!seen_.insert(path).second) return;
    const std::size_t slash = path.rfind('/');
    const Place& place = above(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
    out_.files.push_back({path, true, place.templates_of, place.kustomization});
  }

  void pattern(const std::string& given) {
    std::size_t fixed = given.find_first_of("*?[");
    fixed = given.rfind('/', fixed);
    const std::string base = fixed == std::string::npos ? "." : fixed == 0 ? "/" : given.substr(0, fixed);
    struct stat status {};
    const std::size_t before = out_.files.size();
    if (::stat(base.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) walk_given(base, given);
    if (out_.files.size() == before) {
      out_.failures.push_back({given, true, Failure{"no file matches this pattern", given}});
    }
  }

  /// `glob` empty: manifests by their extension; else what matches it.
  void walk_given(const std::string& directory, const std::string& glob) {
    levels_.clear();
    if (options_.gitignore) rules_above(directory);
    root_ = directory == "." ? 0 : directory == "/" ? 1 : directory.size() + 1;
    glob_ = glob;
    Place place = above(directory);
    walk(directory, place, true);
  }

  void rules_above(const std::string& directory) {
    std::vector<IgnoreLevel> found;
    std::string at = directory, below;
    for (int level = 0; level < kMaxLevelsUp && !at.empty(); ++level) {
      const bool root = exists(join(at, ".git"));
      if (level > 0 || root) {
        if (level > 0) found.push_back({read_rules(join(at, ".gitignore")), below, 0});
        if (root) {
          found.push_back({read_rules(join(at, ".git/info/exclude")), below, 0});
          std::reverse(found.begin(), found.end());
          levels_ = std::move(found);
          return;
        }
      }
      if (at == "." || at.ends_with("..") || at.find('/') == std::string::npos) {
        // The name is not in the text of the path: ask the system.
        char* real = ::realpath(at.c_str(), nullptr);
        if (real == nullptr) return;
        const std::string resolved = real;
        std::free(real);
        below = resolved.substr(resolved.rfind('/') + 1) + "/" + below;
        if (resolved == "/") return;
      } else {
        below = at.substr(at.rfind('/') + 1) + "/" + below;
      }
      at = parent(at);
    }
    // No repository: only the rules at and below the given directory count.
  }

  [[nodiscard]] bool ignored(const std::string& path, bool directory) const {
    const std::string_view below = std::string_view(path).substr(root_);
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      const IgnoreRules::Verdict verdict = level->prepend.empty()
                                               ? level->rules.match(below.substr(level->strip), directory)
                                               : level->rules.match(level->prepend + std::string(below), directory);
      if (verdict != IgnoreRules::Verdict::Unsaid) return verdict == IgnoreRules::Verdict::Ignore;
    }
    return false;
  }

  /// Directories and regular files, links to files included; nothing else is ever looked at.
  bool list(const std::string& directory, std::vector<Name>& names) {
    DIR* stream = ::opendir(directory.c_str());
    if (stream == nullptr) return false;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      if (type == DT_UNKNOWN || type == DT_LNK) {
        const std::string path = join(directory, name);
        struct stat status {};
        const bool link = type == DT_LNK || (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode));
        if (::stat(path.c_str(), &status) != 0) {
          // A link to nothing is worth a word only where a manifest was meant.
          if (is_manifest(name) && !ignored(path, false)) fail(path, false, errno);
          continue;
        }
        type = S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) && !link ? DT_DIR : DT_UNKNOWN;
      }
      if (type == DT_REG || type == DT_DIR) names.push_back({std::string(name), type == DT_DIR});
    }
    ::closedir(stream);
    std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.name < b.name; });
    return true;
  }

  void walk(const std::string& directory, Place place, bool given) {
    std::vector<Name> names;
    if (!list(directory, names)) {
      fail(directory, given, errno);
      return;
    }
    const auto holds = [&names](std::string_view name) {
      const auto at = std::lower_bound(names.begin(), names.end(), name,
                                       [](const Name& a, std::string_view b) { return a.name < b; });
      return at != names.end() && at->name == name && !at->directory;
    };
    if (holds("Chart.yaml")) {
      place.chart_root = directory;
      place.templates_of.clear();
    }
    if (holds("kustomization.yaml") || holds("kustomization.yml") || holds("Kustomization")) {
      place.kustomization = directory;
    }
    note(place);
    const bool rules = options_.gitignore && holds(".gitignore");
    if (rules) {
      const std::size_t strip = given ? 0 : directory.size() + 1 - root_;
      levels_.push_back({read_rules(join(directory, ".gitignore")), {}, strip});
    }
    for (const Name& name : names) {
      const std::string path = join(directory, name.name);
      if (name.directory && name.name == ".git") continue;
      if (!name.directory && (glob_.empty() ? !is_manifest(name.name) : !glob_match(glob_, path))) continue;
      if (ignored(path, name.directory)) continue;
      if (exclude_.match(path, name.directory) == IgnoreRules::Verdict::Ignore) continue;
      if (name.directory) {
        Place below = place;
        if (name.name == "templates" && place.chart_root == directory) below.templates_of = directory;
        walk(path, std::move(below), false);
      } else if (seen_.insert(path).second) {
        out_.files.push_back({path, false, place.templates_of, place.kustomization});
      }
    }
    if (rules) levels_.pop_back();
  }

  const DiscoverOptions& options_;
  IgnoreRules exclude_;
  Discovery out_;
  std::unordered_set<std::string> seen_;
  std::set<std::string> charts_, kustomizations_;
  std::unordered_map<std::string, Place> above_;
  std::vector<IgnoreLevel> levels_;
  std::size_t root_ = 0;
  std::string glob_;
};

}  // namespace

Discovery discover(const std::vector<std::string>& words, const DiscoverOptions& options) {
  Finder finder(options);
  for (const std::string& word : words) finder.word(word);
  return finder.take();
}

}  // namespace podseer::source
