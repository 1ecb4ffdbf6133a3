// SPDX-License-Identifier: Apache-2.0
#include "source/discover.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "source/glob.hpp"
#include "source/ignore.hpp"
#include "source/read.hpp"

namespace fs = std::filesystem;
using namespace podseer::source;

namespace {

/// A directory of its own, entered for the length of a test.
class Scratch {
 public:
  Scratch() : before_(fs::current_path()) {
    char name[] = "/tmp/podseer-discover-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    root_ = name;
    fs::current_path(root_);
  }
  ~Scratch() {
    fs::current_path(before_);
    fs::remove_all(root_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  void file(const std::string& path, const std::string& text = "a: 1\n") const {
    if (fs::path(path).has_parent_path()) fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

 private:
  fs::path before_, root_;
};

std::string found(const std::vector<std::string>& words, const DiscoverOptions& options = {}) {
  std::string all;
  for (const FoundFile& file : discover(words, options).files) all += file.path + " ";
  return all;
}

}  // namespace

TEST_CASE("a directory gives its manifests by name, as bytes, below the path that was given", "[source]") {
  Scratch here;
  here.file("k8s/b.yaml");
  here.file("k8s/a.yml");
  here.file("k8s/z.json");
  here.file("k8s/sub/c.yaml");
  here.file("k8s/readme.md");
  here.file("k8s/.git/config.yaml");
  CHECK(found({"k8s"}) == "k8s/a.yml k8s/b.yaml k8s/sub/c.yaml k8s/z.json ");
  CHECK(found({"k8s/"}) == found({"k8s"}));
  CHECK(found({"./k8s"}) == found({"k8s"}));
  CHECK(found({"."}) == found({"k8s"}));
  CHECK(found({"k8s/b.yaml", "k8s"}) == "k8s/b.yaml k8s/a.yml k8s/sub/c.yaml k8s/z.json ");
  CHECK(found({"k8s/readme.md"}) == "k8s/readme.md ");
  CHECK(found({"-"}) == "- ");
}

TEST_CASE(".gitignore excludes, nested and negated, but not a file that was named", "[source]") {
  Scratch here;
  here.file(".gitignore", "*.secret.yaml\nbuild/\n/top.yaml\n!keep.secret.yaml\nlogs/**\n# a comment\n");
  here.file("a.secret.yaml");
  here.file("keep.secret.yaml");
  here.file("top.yaml");
  here.file("sub/top.yaml");
  here.file("build/out.yaml");
  here.file("logs/x.yaml");
  here.file("sub/.gitignore", "local.yaml\n!a.secret.yaml\n");
  here.file("sub/local.yaml");
  here.file("sub/a.secret.yaml");
  here.file("local.yaml");
  CHECK(found({"."}) == "keep.secret.yaml local.yaml sub/a.secret.yaml sub/top.yaml ");
  CHECK(found({"build"}) == "build/out.yaml ");
  CHECK(found({"top.yaml"}) == "top.yaml ");
  CHECK(found({"sub"}) == "sub/a.secret.yaml sub/top.yaml ");
  fs::create_directory(".git");
  CHECK(found({"sub"}) == "sub/a.secret.yaml sub/top.yaml ");
  here.file(".gitignore", "/sub/top.yaml\n");
  CHECK(found({"sub"}) == "sub/a.secret.yaml ");
  DiscoverOptions all;
  all.gitignore = false;
  CHECK(found({"sub"}, all) == "sub/a.secret.yaml sub/local.yaml sub/top.yaml ");
  all.exclude = {"sub/l*.yaml"};
  CHECK(found({"sub"}, all) == "sub/a.secret.yaml sub/top.yaml ");
}

TEST_CASE("a pattern the shell did not expand is expanded here", "[source]") {
  Scratch here;
  here.file("deploy/a.yaml");
  here.file("deploy/x/y/b.yaml");
  here.file("deploy/x/c.txt");
  CHECK(found({"deploy/**/*.yaml"}) == "deploy/a.yaml deploy/x/y/b.yaml ");
  CHECK(found({"deploy/*.yaml"}) == "deploy/a.yaml ");
  CHECK(found({"**/c.*"}) == "deploy/x/c.txt ");
  const Discovery none = discover({"deploy/*.json"});
  REQUIRE(none.failures.size() == 1);
  CHECK(none.failures[0].named);
  CHECK(none.failures[0].failure.sentence == "no file matches this pattern");
  here.file("odd[1].yaml");
  CHECK(found({"odd[1].yaml"}) == "odd[1].yaml ");
}

TEST_CASE("what cannot be read is a failure with its path, and nothing is waited for", "[source]") {
  Scratch here;
  here.file("d/a.yaml");
  REQUIRE(mkfifo("d/pipe.yaml", 0600) == 0);
  fs::create_directory_symlink(fs::absolute("d"), "d/loop");
  fs::create_symlink("nowhere", "d/gone.yaml");
  fs::create_symlink("a.yaml", "d/link.yaml");
  fs::create_symlink("self.yaml", "d/self.yaml");
  const auto begin = std::chrono::steady_clock::now();
  const Discovery all = discover({"d", "missing.yaml"});
  CHECK(found({"d"}) == "d/a.yaml d/link.yaml ");
  REQUIRE(all.failures.size() == 3);
  CHECK(all.failures[2].path == "missing.yaml");
  CHECK(all.failures[2].named);
  CHECK(all.failures[2].failure.sentence == "no such file or directory");
  CHECK(!all.failures[0].named);
  CHECK(read_input("d/pipe.yaml").failure().sentence == "is a named pipe, not a file");
  CHECK(read_input("/dev/zero").failure().sentence == "is a device, not a file");
  CHECK(read_input("d").failure().sentence == "is a directory");
  CHECK(read_input("d/self.yaml").failure().sentence == "too many levels of symbolic links");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

TEST_CASE("charts and kustomizations are known by their files", "[source]") {
  Scratch here;
  here.file("charts/web/Chart.yaml");
  here.file("charts/web/values.yaml");
  here.file("charts/web/templates/d.yaml");
  here.file("charts/web/templates/tests/t.yaml");
  here.file("charts/web/crds/c.yaml");
  here.file("overlays/prod/kustomization.yaml");
  here.file("overlays/prod/patches/p.yaml");
  const Discovery all = discover({"."});
  CHECK(all.charts == std::vector<std::string>{"charts/web"});
  CHECK(all.kustomizations == std::vector<std::string>{"overlays/prod"});
  std::string told;
  for (const FoundFile& file : all.files) {
    if (!file.chart.empty()) told += file.path + "=" + file.chart + " ";
    if (!file.kustomization.empty()) told += file.path + "=" + file.kustomization + " ";
  }
  CHECK(told ==
        "charts/web/templates/d.yaml=charts/web charts/web/templates/tests/t.yaml=charts/web "
        "overlays/prod/kustomization.yaml=overlays/prod overlays/prod/patches/p.yaml=overlays/prod ");
  CHECK(discover({"charts/web/templates/tests/t.yaml"}).files[0].chart == "charts/web");
  CHECK(discover({"charts/web/templates"}).files[0].chart == "charts/web");
  CHECK(discover({"overlays/prod/patches"}).files[0].kustomization == "overlays/prod");
  fs::current_path("charts/web/templates");
  CHECK(discover({"d.yaml"}).files[0].chart == "..");
  fs::current_path("../../..");
}

TEST_CASE("reading refuses what is too large and decodes UTF-16", "[source]") {
  Scratch here;
  here.file("big.yaml", std::string(5000, 'x'));
  CHECK(read_input("big.yaml", 4999).failure().sentence == "is larger than 0 MiB");
  CHECK(read_input("big.yaml", 5000)->size() == 5000);
  here.file("empty.yaml", "");
  CHECK(read_input("empty.yaml")->empty());
  CHECK(to_utf8(std::string("\xFF\xFE"
                            "a\0:\0 \0=\xD8\0\xDE\n\0",
                            14)) == "a: \xF0\x9F\x98\x80\n");
  CHECK(to_utf8(std::string("\xFE\xFF\0a\0\xE9", 6)) == "a\xC3\xA9");
  CHECK(to_utf8("plain") == "plain");
}

TEST_CASE("patterns take time proportional to their size, whatever they are", "[source]") {
  CHECK(glob_match("a/**/b", "a/b"));
  CHECK(glob_match("a/**/b", "a/x/y/b"));
  CHECK(!glob_match("a/*/b", "a/x/y/b"));
  CHECK(glob_match("[!a]?c*", "bxcd"));
  CHECK(!glob_match("*.yaml", "a/b.yaml"));
  CHECK(glob_match("a\\*", "a*"));
  CHECK(!glob_match("a\\*", "ab"));
  const auto begin = std::chrono::steady_clock::now();
  std::string stars, deep;
  for (int i = 0; i < 200; ++i) {
    stars += "**/*a*a*a/";
    deep += "aaaaaaaaaaaaaaaaaaaaaaaaaaaab/";
  }
  CHECK(!glob_match(stars + "c", deep));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}
